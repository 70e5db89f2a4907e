package dev.naru.image.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import java.util.List;

/**
 * What is signed under the tag {@code sha256-<64 digits>.sig} (simple signing, as cosign 2 writes
 * it): {@code {"critical":{"identity":{"docker-reference":"host/name"},
 * "image":{"docker-manifest-digest":"sha256:…"},"type":"cosign container image
 * signature"},"optional":null}}.
 */
final class SimpleSigning {
  static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** The annotation of a layer that holds the signature, in base64. */
  static final String SIGNATURE = "dev.cosignproject.cosign/signature";

  private static final String TYPE = "cosign container image signature";

  private SimpleSigning() {}

  static byte[] write(String repository, String digest) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ObjectNode critical = root.putObject("critical");
    critical.putObject("identity").put("docker-reference", repository);
    critical.putObject("image").put("docker-manifest-digest", digest);
    critical.put("type", TYPE);
    root.putNull("optional");
    return Json.bytes(root);
  }

  /**
   * The digest of the image that a payload is about. The reference in it is not compared: an image
   * keeps its signatures when it is copied to another registry.
   */
  static String digest(byte[] payload) throws Malformed {
    ObjectNode root = Strict.object(payload, "the payload");
    Strict.only(root, List.of("critical", "optional"));
    ObjectNode critical = Strict.object(root, "critical");
    Strict.only(critical, List.of("identity", "image", "type"));
    Strict.exactly(critical, "type", List.of(TYPE));
    ObjectNode image = Strict.object(critical, "image");
    Strict.only(image, List.of("docker-manifest-digest"));
    return Strict.text(image, "docker-manifest-digest");
  }
}
