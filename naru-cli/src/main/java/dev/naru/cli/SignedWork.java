package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.talk.SafeText;
import dev.naru.image.trust.VerifyKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which workloads run images that a key let pass, by the audit and what is stored. */
final class SignedWork {
  private static final int ENTRIES = 10_000;

  private SignedWork() {}

  /** Each as {@code PROJECT/KIND/NAME (REF)}. */
  static List<String> by(VerifyKey key, Api api) throws IOException {
    Set<String> digests = new HashSet<>();
    for (JsonNode entry : api.get("/api/v1/audit?limit=" + ENTRIES).path("items")) {
      if (entry.path("action").asText().equals("trust")
          && entry.path("detail").asText().startsWith("key=" + key.id())) {
        digests.add(digest(entry.path("target").asText()));
      }
    }
    JsonNode items = api.get("/api/v1/resources").path("items");
    List<String> hit = new ArrayList<>();
    for (JsonNode image : items) {
      String ref = image.at("/spec/ref").asText();
      if (image.path("kind").asText().equals("Image") && digests.contains(digest(ref))) {
        users(items, image).forEach(user -> hit.add(SafeText.line(user + " (" + ref + ")")));
      }
    }
    return hit;
  }

  private static String digest(String ref) {
    return ref.substring(ref.indexOf('@') + 1);
  }

  private static List<String> users(JsonNode items, JsonNode image) {
    List<String> users = new ArrayList<>();
    String project = image.at("/metadata/namespace").asText();
    for (JsonNode item : items) {
      if (item.at("/metadata/namespace").asText().equals(project)
          && item.at("/spec/image").asText().equals(image.at("/metadata/name").asText())) {
        users.add(
            project
                + "/"
                + item.path("kind").asText().toLowerCase(java.util.Locale.ROOT)
                + "/"
                + item.at("/metadata/name").asText());
      }
    }
    return users;
  }
}
