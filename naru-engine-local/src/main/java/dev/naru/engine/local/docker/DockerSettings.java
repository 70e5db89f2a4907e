package dev.naru.engine.local.docker;

import dev.naru.core.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What the driver {@code docker} needs to know.
 *
 * @param home {@code $NARU_HOME}, absolute; holds who this home is on the engine, and kept images
 * @param host where the engine listens: {@code unix:///var/run/docker.sock}
 * @param images what containers are made of
 * @param clock the time of day
 * @param subnets range that networks are taken from, such as {@code 10.213.0.0/16}: a block of 16
 *     addresses for a gang, 128 for an Inference. Only the gateway's own network is seen by the
 *     host's routes.
 * @param listEvery how often everything is listed, against missed events
 * @param patience how long the engine may take for an answer before it counts as unreachable
 * @param pids processes and threads that one container may have
 * @param secrets the values of secrets
 */
public record DockerSettings(
    Path home,
    String host,
    DockerImages images,
    Clock clock,
    String subnets,
    Duration listEvery,
    Duration patience,
    int pids,
    Secrets secrets) {
  /** Where a Docker Engine listens when nothing else is said. */
  public static final String DEFAULT_HOST = "unix:///var/run/docker.sock";

  /** How long an engine may take for an answer before it counts as unreachable: 10 s. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Checks the ranges. */
  public DockerSettings {
    home = home.toAbsolutePath().normalize();
    if (pids < 16) {
      throw new IllegalArgumentException("pids must be at least 16, found " + pids);
    }
    if (listEvery.isNegative() || listEvery.isZero()) {
      throw new IllegalArgumentException("listEvery must be above zero, found " + listEvery);
    }
  }

  /**
   * With the defaults: the system's clock, networks from 10.213.0.0/16, a listing every 2 s, 10 s
   * of patience, 1024 processes and threads, no secrets.
   *
   * @param env the environment: {@code DOCKER_HOST}, else {@value #DEFAULT_HOST}; {@code
   *     NARU_DOCKER_SUBNETS}
   */
  public static DockerSettings of(Path home, DockerImages images, Map<String, String> env) {
    String host = env.getOrDefault("DOCKER_HOST", "");
    return new DockerSettings(
        home,
        host.isBlank() ? DEFAULT_HOST : host,
        images,
        Clock.systemUTC(),
        env.getOrDefault("NARU_DOCKER_SUBNETS", "10.213.0.0/16"),
        Duration.ofSeconds(2),
        PATIENCE,
        1024,
        Secrets.NONE);
  }

  /** The same with secrets. */
  public DockerSettings with(Secrets values) {
    return new DockerSettings(
        home, host, images, clock, subnets, listEvery, patience, pids, values);
  }
}
