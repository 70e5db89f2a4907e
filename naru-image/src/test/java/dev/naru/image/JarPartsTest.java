package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarPartsTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @TempDir Path temp;

  private String run(Path jar) throws IOException {
    return Tools.run(temp, Duration.ofSeconds(30), List.of(JAVA, "-jar", jar.toString(), "a", "b"))
        .text()
        .strip();
  }

  @Test
  void thePartsSayWhatTheWholeSays() throws IOException {
    Path whole = temp.resolve("whole.jar");
    Projects.jar(whole, Projects.program("hello"), Instant.EPOCH);
    Path folder = Files.createDirectories(temp.resolve("app/lib")).resolveSibling("app");
    Path app = temp.resolve("app");
    try (JarParts parts = JarParts.open(whole, "whole.jar")) {
      for (JarParts.Part part : JarParts.Part.values()) {
        assertThat(parts.has(part)).isTrue();
        parts.write(part, app.resolve(JarParts.fileName(part)));
      }
    }

    assertThat(folder).isNotNull();
    assertThat(run(app.resolve("app.jar")))
        .isEqualTo(run(whole))
        .isEqualTo("hello a+b from a file");
  }

  @Test
  void signedNestedAndUnnamedJarsStayWhole() throws IOException {
    for (String entry : List.of("META-INF/A.SF", "BOOT-INF/classes/x", "lib/inner.jar")) {
      Path jar = temp.resolve("a.jar");
      Map<String, byte[]> entries = Projects.program("x");
      entries.put(entry, new byte[] {1});
      Projects.jar(jar, entries, Instant.EPOCH);
      try (JarParts parts = JarParts.open(jar, "a.jar")) {
        assertThat(parts.isWhole()).as(entry).isTrue();
      }
    }
    Projects.jar(temp.resolve("b.jar"), Projects.program("x"), Instant.EPOCH, "Main");
    try (JarParts parts = JarParts.open(temp.resolve("b.jar"), "b.jar")) {
      assertThat(parts.isWhole()).isTrue();
    }
  }
}
