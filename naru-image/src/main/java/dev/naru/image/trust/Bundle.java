package dev.naru.image.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import java.util.List;

/**
 * A Sigstore bundle of version 0.3 with a key instead of a certificate, as cosign 3 writes it.
 * Entries of a transparency log and timestamps may be in it; they prove nothing here.
 *
 * @param hint names the key: base64 of the SHA-256 of its SubjectPublicKeyInfo; no proof
 */
record Bundle(String hint, Envelope envelope) {
  static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  static byte[] write(SignKey key, byte[] statement) {
    return write(key, statement, key.shown().hint());
  }

  /** The same with another name for the key. */
  static byte[] write(SignKey key, byte[] statement, String hint) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("mediaType", MEDIA_TYPE);
    root.putObject("verificationMaterial").putObject("publicKey").put("hint", hint);
    root.set("dsseEnvelope", Envelope.write(key, statement));
    return Json.bytes(root);
  }

  static Bundle read(byte[] bytes) throws Malformed {
    ObjectNode root = Strict.object(bytes, "the bundle");
    Strict.only(root, List.of("mediaType", "verificationMaterial", "dsseEnvelope"));
    Strict.exactly(root, "mediaType", List.of(MEDIA_TYPE));
    ObjectNode material = Strict.object(root, "verificationMaterial");
    Strict.only(material, List.of("publicKey", "tlogEntries", "timestampVerificationData"));
    ObjectNode key = Strict.object(material, "publicKey");
    Strict.only(key, List.of("hint"));
    return new Bundle(Strict.text(key, "hint"), Envelope.read(Strict.object(root, "dsseEnvelope")));
  }
}
