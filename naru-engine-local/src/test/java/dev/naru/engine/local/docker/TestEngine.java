package dev.naru.engine.local.docker;

import dev.naru.core.NaruException;
import java.nio.file.Path;
import java.time.Duration;

/** The engine that tests use: that of DOCKER_HOST, else that of {@code testbed/docker}. */
final class TestEngine {
  private static final String HOST = host();
  private static final boolean THERE = isThere();

  private TestEngine() {}

  private static String host() {
    String said = System.getenv().getOrDefault("DOCKER_HOST", "");
    String cache =
        System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    return said.isBlank() ? "unix://" + Path.of(cache, "naru-testbed/docker/docker.sock") : said;
  }

  static String address() {
    return HOST;
  }

  /** Says in one line why tests are skipped where there is no engine. */
  static boolean available() {
    return THERE;
  }

  private static boolean isThere() {
    try (Api api = new Api(HOST, Duration.ofSeconds(10))) {
      api.run("try the engine", client -> client.pingCmd().exec());
      return true;
    } catch (NaruException e) {
      System.out.println(
          "skipped: tests of engine docker: " + e.getMessage() + "; or run testbed/docker up");
      return false;
    }
  }
}
