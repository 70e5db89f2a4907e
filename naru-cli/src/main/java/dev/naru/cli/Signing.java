package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.image.BuiltImage;
import dev.naru.image.Provenance;
import dev.naru.image.Registry;
import dev.naru.image.Sbom;
import dev.naru.image.trust.HomeKeys;
import dev.naru.image.trust.ImageRef;
import dev.naru.image.trust.KeySet;
import dev.naru.image.trust.SignKey;
import dev.naru.image.trust.Signer;
import dev.naru.image.trust.Verdict;
import dev.naru.image.trust.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;

/** Signs and verifies images of registries with what the home has. */
final class Signing {
  private final Cli cli;
  private final Set<String> plainHttp;
  private final HomeKeys keys;

  /**
   * For a home.
   *
   * @param plainHttp hosts besides loopback that are spoken to without TLS
   */
  Signing(Cli cli, Set<String> plainHttp) {
    this.cli = cli;
    this.plainHttp = plainHttp;
    this.keys = new HomeKeys(cli.home().folder(), cli.clock());
  }

  /** The home's current key, made where there is none. */
  SignKey key() {
    boolean first = keys.list().isEmpty();
    SignKey key = keys.signing();
    if (first) {
      cli.talk("made " + key + ", which signs what this home builds; naru keys export shows it");
    }
    return key;
  }

  /** Signs an image, or an index and its images. */
  List<Signer.Signed> sign(SignKey key, ImageRef ref) {
    return signer(key, ref).sign(ref);
  }

  /** Signs an image that was pushed, then attests its parts and its provenance. */
  void attested(SignKey key, String pushed, BuiltImage built, JsonNode provenance) {
    ImageRef ref = ImageRef.parse(pushed);
    Signer signer = signer(key, ref);
    signer.sign(ref);
    signer.attest(ref, Sbom.TYPE, sbom(built), all -> all);
    signer.attest(ref, Provenance.TYPE, provenance, Provenance::withoutTimes);
  }

  private Signer signer(SignKey key, ImageRef ref) {
    return new Signer(new Registry(ref.host(), plainHttp), key, cli.clock());
  }

  private static JsonNode sbom(BuiltImage built) {
    try {
      return dev.naru.image.Json.MAPPER.readTree(Files.readAllBytes(built.sbom()));
    } catch (IOException e) {
      throw CommandException.failed(
          "cannot attest the parts of image/"
              + built.name()
              + ": "
              + built.sbom()
              + " cannot be read: "
              + e.getMessage()
              + "; remove it and build again");
    }
  }

  /** What is beside an image, judged by some keys. */
  Verdict verdict(ImageRef ref, KeySet trusted, Set<String> wanted) {
    return new Verifier(new Registry(ref.host(), plainHttp), Verifier.LIMIT, cli.clock())
        .verify(ref, trusted, wanted);
  }

  /** The home's own keys. */
  KeySet own() {
    return keys.keySet();
  }
}
