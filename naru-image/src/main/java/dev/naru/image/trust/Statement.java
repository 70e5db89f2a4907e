package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import java.util.List;

/**
 * What is signed in an envelope: an in-toto statement about one image.
 *
 * @param v1 whether it is of version 1; both majors of cosign attest in version 0.1
 * @param digest of the image, {@code sha256:} and 64 lower-case hexadecimal digits
 * @param predicateType what is said of it, a URI
 * @param predicate what it says
 */
record Statement(boolean v1, String digest, String predicateType, JsonNode predicate) {
  static final String MEDIA_TYPE = "application/vnd.in-toto+json";

  /** Says that the image is signed, and nothing else (cosign 3). */
  static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private static final String V1 = "https://in-toto.io/Statement/v1";
  private static final String V01 = "https://in-toto.io/Statement/v0.1";

  static byte[] write(String digest, String predicateType, JsonNode predicate) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("_type", V1);
    root.putArray("subject")
        .addObject()
        .putObject("digest")
        .put("sha256", digest.substring("sha256:".length()));
    root.put("predicateType", predicateType);
    root.set("predicate", predicate);
    return Json.bytes(root);
  }

  static Statement read(byte[] payload) throws Malformed {
    ObjectNode root = Strict.object(payload, "the statement");
    Strict.only(root, List.of("_type", "subject", "predicateType", "predicate"));
    Strict.exactly(root, "_type", List.of(V1, V01));
    ObjectNode subject = Strict.single(root, "subject");
    ObjectNode digest = Strict.object(subject, "digest");
    Strict.only(digest, List.of("sha256"));
    String hex = Strict.text(digest, "sha256");
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new Malformed("expected 64 lower-case hexadecimal digits as subject");
    }
    return new Statement(
        Strict.text(root, "_type").equals(V1),
        "sha256:" + hex,
        Strict.text(root, "predicateType"),
        Strict.object(root, "predicate"));
  }
}
