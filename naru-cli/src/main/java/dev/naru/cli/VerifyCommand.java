package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Table;
import dev.naru.image.Provenance;
import dev.naru.image.Sbom;
import dev.naru.image.trust.Evidence;
import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import dev.naru.image.trust.ImageRef;
import dev.naru.image.trust.KeySet;
import dev.naru.image.trust.Verdict;
import dev.naru.image.trust.VerifyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    header = "Tells whether an image of a registry is signed by a trusted key.",
    footer = {
      "",
      "Ends with 0 where it is, with 3 where it is not. Looked at are the tag",
      "sha256-<digest>.sig and the bundles that refer to the image. One good signature",
      "is enough; what is there and does not count is shown with the reason. The answer",
      "holds for the digest that is printed, never for a tag that led to it.",
      "",
      "Examples:",
      "  naru verify registry.local:5000/team/app:latest",
      "  naru verify registry.local:5000/team/app:latest --key other.pub -o json",
      "  naru verify registry.local:5000/team/app:latest --attestation cyclonedx"
    })
final class VerifyCommand extends BaseCommand {
  private static final int MOST_KEY_BYTES = 1 << 20;

  @Parameters(
      paramLabel = "REF",
      description = "HOST[:PORT]/NAME with :TAG or @sha256:...; a tag is resolved once.")
  String ref = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Public keys in PEM that are trusted instead of the home's own; may be repeated."
              + " A key that the home has revoked stays revoked.")
  List<Path> keys = new ArrayList<>();

  @Option(
      names = "--attestation",
      paramLabel = "TYPE",
      description =
          "Also wants an attestation of this type by a trusted key: cyclonedx, slsaprovenance1"
              + " or a predicate's URI; may be repeated.")
  List<String> attestations = new ArrayList<>();

  @Override
  int run() throws IOException {
    ImageRef image = ImageRef.parse(ref);
    Set<String> wanted = new HashSet<>();
    attestations.forEach(a -> wanted.add(type(a)));
    Signing signing = new Signing(cli(), ImageWork.plainHttp(cli()));
    Verdict verdict = signing.verdict(image, trusted(signing.own()), wanted);
    if (table()) {
      print(verdict);
    } else {
      cli().print(data(verdict), root().output());
    }
    Optional<String> refusal = verdict.refusal();
    if (refusal.isPresent()) {
      throw new CommandException(CommandException.REFUSED, refusal.get());
    }
    for (Place place : List.of(Place.SIG_TAG, Place.BUNDLE)) {
      if (verdict.state(place) == Verdict.PlaceState.BAD) {
        cli()
            .talk(
                "bad: nothing that counts in the place '"
                    + place.words()
                    + "', though something is there");
      }
    }
    cli().talk("accepted " + verdict.ref() + ": signed by " + verdict.signer().orElseThrow());
    return 0;
  }

  private KeySet trusted(KeySet own) throws IOException {
    if (keys.isEmpty()) {
      return own;
    }
    List<VerifyKey> given = new ArrayList<>();
    for (Path key : keys) {
      Path file = cli().cwd().resolve(key);
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_KEY_BYTES) {
        throw CommandException.usage(
            "cannot use --key "
                + key
                + ": there is no such file, or it is no key; give a PEM file");
      }
      given.addAll(VerifyKey.parse(Files.readString(file), key.toString()));
    }
    if (given.size() + own.revoked().size() > KeySet.MOST) {
      throw CommandException.usage(
          "cannot use " + given.size() + " keys: the limit is " + KeySet.MOST + "; give fewer");
    }
    return new KeySet(given, own.revoked());
  }

  private static String type(String text) {
    return switch (text) {
      case "cyclonedx" -> Sbom.TYPE;
      case "slsaprovenance1" -> Provenance.TYPE;
      default -> {
        if (!text.matches("[a-z]+://[!-~]{1,500}")) {
          throw CommandException.usage(
              "cannot look for an attestation '"
                  + text
                  + "': expected cyclonedx, slsaprovenance1 or a URI such as "
                  + Sbom.TYPE);
        }
        yield text;
      }
    };
  }

  /** A place in data: {@code sig}, {@code bundle}, {@code att}. */
  static String word(Place place) {
    return switch (place) {
      case SIG_TAG -> "sig";
      case BUNDLE -> "bundle";
      case ATT_TAG -> "att";
    };
  }

  private void print(Verdict verdict) {
    Table rows = new Table("PLACE", "WHERE", "KEY", "SAYS");
    for (Evidence one : verdict.evidence()) {
      switch (one.result()) {
        case Result.Good good ->
            rows.row(
                one.place().words(),
                shortened(one.where()),
                good.key().shortId(),
                good.predicateType().equals(Verdict.SIGNATURE)
                    ? "signature"
                    : good.predicateType());
        case Result.Bad bad ->
            rows.row(
                one.place().words(), shortened(one.where()), "", "does not count: " + bad.why());
      }
    }
    if (rows.size() > 0) {
      cli().out().print(rows.print());
      cli().out().flush();
    }
  }

  private static String shortened(String where) {
    return where.startsWith("sha256:") ? where.substring(0, "sha256:".length() + 12) : where;
  }

  private static ObjectNode data(Verdict verdict) {
    ObjectNode data = Json.object();
    data.put("ref", verdict.ref().toString());
    data.put("digest", verdict.ref().digest().orElseThrow());
    data.put("accepted", verdict.refusal().isEmpty());
    verdict.signer().ifPresent(key -> data.put("key", key.id()));
    data.put("at", verdict.at().toString());
    verdict.refusal().ifPresent(why -> data.put("reason", why));
    ObjectNode places = data.putObject("places");
    for (Place place : List.of(Place.SIG_TAG, Place.BUNDLE)) {
      places.put(word(place), verdict.state(place).name().toLowerCase(Locale.ROOT));
    }
    ArrayNode all = data.putArray("evidence");
    for (Evidence one : verdict.evidence()) {
      ObjectNode item = all.addObject();
      item.put("place", word(one.place())).put("where", one.where());
      switch (one.result()) {
        case Result.Good good -> {
          item.put("counts", true);
          item.put("key", good.key().id()).put("predicateType", good.predicateType());
        }
        case Result.Bad bad -> item.put("counts", false).put("reason", bad.why());
      }
    }
    data.put("unread", verdict.unread());
    return data;
  }
}
