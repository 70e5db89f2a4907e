package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.trust.Evidence.Result;
import java.util.Optional;

/**
 * Decides about evidence from its bytes alone: first whether a known key made the signature, then
 * what the signed bytes say. No I/O, no clock.
 *
 * @param digest of the manifest that the evidence must be about
 * @param keys whose signatures count
 */
record Judge(String digest, KeySet keys) {
  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  /**
   * A layer of the {@code .sig} tag.
   *
   * @param signature as the layer's annotation has it, in base64
   */
  Result simple(byte[] payload, String signature) {
    try {
      Optional<VerifyKey> maker = keys.maker(Strict.base64(signature, "the signature"), payload);
      VerifyKey key = trusted(maker, Optional.empty());
      same(SimpleSigning.digest(payload));
      return new Result.Good(key, Statement.SIGNATURE, NOTHING);
    } catch (Malformed e) {
      return new Result.Bad(e.why());
    }
  }

  /** A bundle: a signature, or an attestation. */
  Result bundle(byte[] bytes) {
    try {
      Bundle bundle = Bundle.read(bytes);
      return said(bundle.envelope(), Optional.of(bundle.hint()));
    } catch (Malformed e) {
      return new Result.Bad(e.why());
    }
  }

  /** A layer of the {@code .att} tag: an attestation, never a signature. */
  Result attestation(byte[] bytes) {
    try {
      Envelope envelope = Envelope.read(Strict.object(bytes, "the envelope"));
      return said(envelope, Optional.empty());
    } catch (Malformed e) {
      return new Result.Bad(e.why());
    }
  }

  private Result said(Envelope envelope, Optional<String> hint) throws Malformed {
    VerifyKey key = trusted(envelope.maker(keys), hint);
    Statement statement = envelope.statement();
    same(statement.digest());
    boolean signature = statement.predicateType().equals(Statement.SIGNATURE);
    if (signature && !statement.v1()) {
      throw new Malformed("a signature in a statement of version 0.1");
    }
    if (signature && !((ObjectNode) statement.predicate()).isEmpty()) {
      throw new Malformed("a signature that says something else as well");
    }
    return new Result.Good(key, statement.predicateType(), statement.predicate());
  }

  private VerifyKey trusted(Optional<VerifyKey> maker, Optional<String> hint) throws Malformed {
    if (maker.isEmpty()) {
      Optional<VerifyKey> named = hint.flatMap(keys::hinted);
      throw new Malformed(
          named.isPresent()
              ? "altered: it names " + named.get() + ", which did not sign this"
              : "altered, or signed by a key that is not trusted here" + hint(hint));
    }
    if (!keys.trusted().contains(maker.get())) {
      throw new Malformed("signed by " + maker.get() + ", which is revoked");
    }
    return maker.get();
  }

  private static String hint(Optional<String> hint) {
    return hint.filter(h -> h.matches("[A-Za-z0-9+/=]{1,64}")).map(h -> ": " + h).orElse("");
  }

  private void same(String found) throws Malformed {
    if (!found.equals(digest)) {
      throw new Malformed(
          "a signature of another image, "
              + (found.matches("sha256:[0-9a-f]{64}") ? found : "without a digest in its form"));
    }
  }
}
