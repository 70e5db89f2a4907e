package dev.naru.image.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import dev.naru.spec.signed.Dsse;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A DSSE envelope around an in-toto statement (secure-systems-lab/dsse, version 1): signed are the
 * payload's type and bytes with their lengths, so the payload is parsed only after its signature
 * was found good.
 */
final class Envelope {
  static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

  private final byte[] payload;
  private final byte[] signature;

  private Envelope(byte[] payload, byte[] signature) {
    this.payload = payload;
    this.signature = signature;
  }

  /** Refuses another type of payload, and any number of signatures but one. */
  static Envelope read(ObjectNode root) throws Malformed {
    Strict.only(root, List.of("payload", "payloadType", "signatures"));
    Strict.exactly(root, "payloadType", List.of(Statement.MEDIA_TYPE));
    ObjectNode signature = Strict.single(root, "signatures");
    Strict.only(signature, List.of("sig", "keyid"));
    return new Envelope(Strict.base64(root, "payload"), Strict.base64(signature, "sig"));
  }

  static ObjectNode write(SignKey key, byte[] payload) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("payload", Base64.getEncoder().encodeToString(payload));
    root.put("payloadType", Statement.MEDIA_TYPE);
    root.putArray("signatures")
        .addObject()
        .put("sig", Base64.getEncoder().encodeToString(key.sign(Dsse.encoded(payload))));
    return root;
  }

  /** Which of the keys signed it. */
  Optional<VerifyKey> maker(KeySet keys) {
    return keys.maker(signature, Dsse.encoded(payload));
  }

  /** What it holds; to be asked only once its maker is known. */
  Statement statement() throws Malformed {
    return Statement.read(payload);
  }
}
