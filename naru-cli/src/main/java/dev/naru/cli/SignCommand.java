package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.Json;
import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.ImageRef;
import dev.naru.image.trust.SignKey;
import dev.naru.image.trust.Signer;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "sign",
    header = "Signs an image of a registry with the home's key.",
    footer = {
      "",
      "The signature goes under the tag sha256-<digest>.sig, where cosign 2 looks, and",
      "into a bundle that refers to the image, where cosign 3 does. An index is signed",
      "with all its images. Where this key has signed already, nothing is written.",
      "Whoever signs says that the image is good; what naru build --push sends is",
      "signed already.",
      "",
      "Example:",
      "  naru sign registry.local:5000/team/app@sha256:<64 digits>"
    })
final class SignCommand extends BaseCommand {
  @Parameters(
      paramLabel = "REF",
      description = "HOST[:PORT]/NAME with :TAG or @sha256:...; a tag is resolved once.")
  String ref = "";

  @Override
  int run() {
    ImageRef image = ImageRef.parse(ref);
    Signing signing = new Signing(cli(), ImageWork.plainHttp(cli()));
    SignKey key = signing.key();
    List<Signer.Signed> all = signing.sign(key, image);
    if (table()) {
      all.forEach(one -> cli().out().println(one.ref()));
      cli().out().flush();
    } else {
      ObjectNode said = Json.object().put("key", key.shown().id());
      ArrayNode images = said.putArray("images");
      for (Signer.Signed one : all) {
        ObjectNode item = images.addObject();
        item.put("ref", one.ref().toString());
        item.put("digest", one.ref().digest().orElseThrow());
        ArrayNode added = item.putArray("added");
        for (Place place : Place.values()) {
          if (one.added().contains(place)) {
            added.add(VerifyCommand.word(place));
          }
        }
      }
      cli().print(said, root().output());
    }
    boolean done = all.stream().anyMatch(one -> !one.added().isEmpty());
    cli().talk(done ? "signed with " + key : "nothing to do: " + key + " has signed it already");
    return 0;
  }
}
