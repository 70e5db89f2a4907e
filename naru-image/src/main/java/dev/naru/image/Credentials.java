package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker login} left in {@code $DOCKER_CONFIG/config.json} (else {@code
 * ~/.docker/config.json}): the {@code auths} of hosts. Credential helpers are not asked.
 */
final class Credentials {
  private Credentials() {}

  /** {@code user:password} for a host, in base64. */
  static Optional<String> basic(String host, Map<String, String> env) {
    Path folder =
        Optional.ofNullable(env.get("DOCKER_CONFIG"))
            .map(Path::of)
            .orElseGet(() -> Path.of(env.getOrDefault("HOME", "/nonexistent"), ".docker"));
    Path file = folder.resolve("config.json");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      JsonNode entry = Json.MAPPER.readTree(Files.readAllBytes(file)).path("auths").path(host);
      String auth = entry.path("auth").asText("");
      if (auth.isEmpty() && entry.hasNonNull("username")) {
        String pair = entry.path("username").asText() + ":" + entry.path("password").asText("");
        auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      }
      return Optional.of(auth).filter(a -> !a.isEmpty());
    } catch (IOException e) {
      // Its text may hold a secret, so it is not shown.
      throw Trouble.failed("cannot read " + file + ": it is no JSON; run docker login again");
    }
  }
}
