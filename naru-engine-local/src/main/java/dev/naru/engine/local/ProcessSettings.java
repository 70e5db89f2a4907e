package dev.naru.engine.local;

import dev.naru.core.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * What the driver {@code process} needs to know.
 *
 * @param home {@code $NARU_HOME}, absolute; made where it is absent
 * @param jdk home of the JDK that runs {@code java: 25} images
 * @param programs how Naru's own programs are started
 * @param clock the time of day
 * @param poll how often running replicas of a run are looked at for progress; ends are noticed
 *     sooner
 * @param firstPort lowest port given to replicas
 * @param lastPort highest port given to replicas
 * @param cgroups whether to use cgroups where they can be made
 * @param secrets the values of secrets
 * @param rotateAt bytes from which a replica's log is rotated
 */
public record ProcessSettings(
    Path home,
    Path jdk,
    SystemPrograms programs,
    Clock clock,
    Duration poll,
    int firstPort,
    int lastPort,
    boolean cgroups,
    Secrets secrets,
    long rotateAt) {
  /** Checks the ranges. */
  public ProcessSettings {
    home = home.toAbsolutePath().normalize();
    if (firstPort < 1 || lastPort > 65_535 || firstPort > lastPort) {
      throw new IllegalArgumentException(
          "ports must be a range within 1 to 65535, found " + firstPort + " to " + lastPort);
    }
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("poll must be above zero, found " + poll);
    }
  }

  /**
   * With the defaults: no secrets, the system's clock, a look every 100 ms, ports 20000 to 29999,
   * cgroups where possible, logs rotated at 10 MiB.
   */
  public static ProcessSettings of(Path home, Path jdk, SystemPrograms programs) {
    return new ProcessSettings(
        home,
        jdk,
        programs,
        Clock.systemUTC(),
        Duration.ofMillis(100),
        20_000,
        29_999,
        true,
        Secrets.NONE,
        10L << 20);
  }

  /** The same with other ports. */
  public ProcessSettings withPorts(int first, int last) {
    return new ProcessSettings(
        home, jdk, programs, clock, poll, first, last, cgroups, secrets, rotateAt);
  }

  /** The same with or without cgroups. */
  public ProcessSettings withCgroups(boolean use) {
    return new ProcessSettings(
        home, jdk, programs, clock, poll, firstPort, lastPort, use, secrets, rotateAt);
  }

  /** The same with logs rotated at another size. */
  public ProcessSettings withRotation(long bytes) {
    return new ProcessSettings(
        home, jdk, programs, clock, poll, firstPort, lastPort, cgroups, secrets, bytes);
  }

  /** The same with secrets. */
  public ProcessSettings with(Secrets values) {
    return new ProcessSettings(
        home, jdk, programs, clock, poll, firstPort, lastPort, cgroups, values, rotateAt);
  }
}
