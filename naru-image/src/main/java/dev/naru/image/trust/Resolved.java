package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Descriptor;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reference meant when it was asked, once: from here on only the digest counts.
 *
 * @param ref by digest
 * @param manifest of the image, or the index of several platforms
 * @param platforms the manifests that an index names; empty for an image
 */
record Resolved(ImageRef ref, Descriptor manifest, List<Descriptor> platforms) {
  private static final int MOST_PLATFORMS = 32;

  Resolved {
    platforms = List.copyOf(platforms);
  }

  /**
   * Asks the registry.
   *
   * @throws dev.naru.core.NaruException NOT_FOUND where it has no such image
   */
  static Resolved of(Registry registry, ImageRef ref) {
    Registry.Found found =
        registry
            .manifest(ref.repository(), ref.reference())
            .orElseThrow(() ->
                Trouble.notFound(
                    "cannot find "
                        + ref
                        + ": registry "
                        + ref.host()
                        + " has no such image; push it, or correct the reference"));
    byte[] bytes = found.bytes();
    try {
      ObjectNode root = Strict.object(bytes, "the manifest");
      boolean index = root.path("manifests").isArray();
      boolean image = root.path("config").isObject() && root.path("layers").isArray();
      if (index == image || (index && (root.has("config") || root.has("layers")))) {
        // Who reads it as one thing and who reads it as the other would start different programs.
        throw new Malformed("the manifest is neither an image's nor an index, or both");
      }
      String usual = index ? Descriptor.INDEX : Descriptor.MANIFEST;
      String type = root.path("mediaType").asText(usual);
      if (index != (type.endsWith("index.v1+json") || type.endsWith("list.v2+json"))) {
        throw new Malformed("the manifest is of another type than it says");
      }
      return new Resolved(
          ref.by(found.digest()),
          new Descriptor(type, found.digest(), bytes.length),
          index ? platforms(root.path("manifests")) : List.of());
    } catch (Malformed e) {
      throw Trouble.refused(
          "cannot use " + ref + ": " + e.why() + "; build and push the image again");
    }
  }

  private static List<Descriptor> platforms(JsonNode manifests) throws Malformed {
    if (manifests.size() > MOST_PLATFORMS) {
      throw new Malformed(
          "the index has " + manifests.size() + " manifests, the limit is " + MOST_PLATFORMS);
    }
    List<Descriptor> all = new ArrayList<>();
    for (JsonNode one : manifests) {
      try {
        all.add(
            new Descriptor(
                one.path("mediaType").asText(),
                one.path("digest").asText(),
                one.path("size").asLong(-1)));
      } catch (IllegalArgumentException e) {
        throw new Malformed("the index names " + e.getMessage());
      }
    }
    return all;
  }
}
