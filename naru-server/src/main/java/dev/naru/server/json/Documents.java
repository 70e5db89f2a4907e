package dev.naru.server.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Resource;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;

/** Resources as the file writes them. */
final class Documents {
  private Documents() {}

  static ObjectNode write(Resource resource) {
    return ProjectReader.toJson(resource);
  }

  static Resource read(JsonNode node, String path) {
    return switch (ProjectReader.fromJson(node)) {
      case Decoding.Decoded(Resource resource) -> resource;
      case Decoding.Undecodable(var problems) ->
          throw new IllegalArgumentException(path + ": " + problems.getFirst());
    };
  }
}
