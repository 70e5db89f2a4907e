package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A manifest that refers to another one (OCI image specification 1.1, subject), as a list of
 * referrers names it. Nothing of it is proven: whoever can push can add to the list.
 *
 * @param artifactType what it is, empty where the list does not say
 * @param annotations as the list has them
 */
public record Referrer(Descriptor manifest, String artifactType, Map<String, String> annotations) {
  /** Copies the annotations. */
  public Referrer {
    annotations = Map.copyOf(annotations);
  }

  /** From an entry of a list; empty where it is none. */
  static Optional<Referrer> read(JsonNode entry) {
    try {
      Map<String, String> annotations = new TreeMap<>();
      entry
          .path("annotations")
          .properties()
          .forEach(a -> annotations.put(a.getKey(), a.getValue().asText()));
      return Optional.of(
          new Referrer(
              new Descriptor(
                  entry.path("mediaType").asText(),
                  entry.path("digest").asText(),
                  entry.path("size").asLong(-1)),
              entry.path("artifactType").asText(""),
              annotations));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  ObjectNode entry() {
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest());
    entry.put("size", manifest.size());
    entry.put("artifactType", artifactType);
    ObjectNode said = entry.putObject("annotations");
    new TreeMap<>(annotations).forEach(said::put);
    return entry;
  }
}
