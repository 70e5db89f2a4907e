package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bases from the distribution's packages, where the host has apt and package lists. */
class PackagesIT {
  @TempDir Path temp;

  private static void needsPackages(Path temp) throws IOException {
    boolean here =
        Debian.isHere()
            && new Debian(temp, new HostNotes(temp))
                .candidates(List.of("libc6", "zlib1g"))
                .isPresent();
    if (!here) {
      System.out.println("PackagesIT skipped: no apt with package lists on this host");
      abort("no apt with package lists on this host");
    }
  }

  @Test
  void locksBuildsAndRebuildsTheSameJavaImage() throws IOException {
    needsPackages(temp);
    Projects.jar(temp.resolve("app.jar"), Projects.program("hello"), Instant.EPOCH);
    Image image = Projects.image(Projects.JAVA, "app.jar", Optional.empty());
    ImageBuilder builder = new ImageBuilder(Projects.settings(temp.resolve("home")));
    Lock lock = builder.lock(List.of(image), temp, Optional.empty(), Progress.none());
    BuiltImage built = builder.build("shop", image, temp, Optional.of(lock), Progress.none());

    assertThat(lock.image("app").orElseThrow().packages())
        .extracting(DebPackage::name)
        .containsExactlyElementsOf(JavaRuntime.PACKAGES);
    assertThat(
            Drift.ofHost(lock.image("app").orElseThrow(), Path.of(System.getProperty("java.home"))))
        .noneMatch(d -> d.startsWith("JDK"));
    // Another home makes the packages anew from the exact versions, and the same JDK's runtime.
    ImageBuilder other = new ImageBuilder(Projects.settings(temp.resolve("other")));
    assertThat(other.build("shop", image, temp, Optional.of(lock), Progress.none()).digest())
        .isEqualTo(built.digest());

    Lock withdrawn = withVersion(lock, "2.0-0");
    assertThat(
            Projects.failure(() ->
                new ImageBuilder(Projects.settings(temp.resolve("third")))
                    .build("shop", image, temp, Optional.of(withdrawn), Progress.none())))
        .startsWith(
            "1: cannot make the base of image/app: cannot get package libc6 2.0-0: apt-get"
                + " download said: ")
        .endsWith("run naru lock --update (after apt-get update)");
  }

  private static Lock withVersion(Lock lock, String version) {
    LockedImage image = lock.image("app").orElseThrow();
    List<DebPackage> packages =
        image.packages().stream()
            .map(p ->
                p.name().equals("libc6")
                    ? new DebPackage(p.name(), version, p.architecture(), "0".repeat(64))
                    : p)
            .toList();
    LockedImage changed =
        new LockedImage(
            image.runtime(),
            image.base(),
            image.baseConfig(),
            image.layers(),
            packages,
            image.jdk(),
            image.requirements(),
            image.wheels());
    return new Lock(lock.platform(), new TreeMap<>(Map.of("app", changed)));
  }

  @Test
  void saysWhichPythonTheHostLacks() throws IOException {
    needsPackages(temp);
    Files.createDirectories(temp.resolve("src"));
    Image image =
        Projects.image(
            new Image.RunsOn(Optional.empty(), Optional.of("3.77"), Optional.empty()),
            "src",
            Optional.empty());

    assertThat(
            Projects.failure(() ->
                new ImageBuilder(Projects.settings(temp.resolve("home")))
                    .build("shop", image, temp, Optional.empty(), Progress.none())))
        .startsWith(
            "2: cannot build image/app from packages: this host's package lists lack one of"
                + " python3.77-minimal, ")
        .endsWith("or give base: {ref: registry/name@sha256:…}");
  }
}
