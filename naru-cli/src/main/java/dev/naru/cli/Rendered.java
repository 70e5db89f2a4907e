package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Documents as a cluster takes them: an Image is a reference by digest there. */
final class Rendered {
  private Rendered() {}

  /**
   * The same document; of an Image that Naru builds, with the reference in the place of what it is
   * made of.
   *
   * @param refs by the name of the Image
   */
  static ObjectNode document(ObjectNode document, Map<String, String> refs) {
    String name = document.path("metadata").path("name").asText();
    if (document.path("kind").asText().equals("Image") && refs.containsKey(name)) {
      document.putObject("spec").put("ref", refs.get(name));
    }
    return document;
  }
}
