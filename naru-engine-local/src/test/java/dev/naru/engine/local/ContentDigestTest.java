package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestTest {
  @TempDir private Path folder;

  private Path jar(String name, Instant time, List<Map.Entry<String, String>> entries)
      throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> e : entries) {
        ZipEntry entry = new ZipEntry(e.getKey());
        entry.setLastModifiedTime(FileTime.from(time));
        out.putNextEntry(entry);
        out.write(e.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }

  @Test
  void rebuiltJarOfTheSameEntriesIsTheSame() throws IOException {
    Path one =
        jar("a.jar", Instant.EPOCH, List.of(Map.entry("A.class", "a"), Map.entry("B.class", "b")));
    Path other =
        jar(
            "b.jar",
            Instant.parse("2026-11-01T00:00:00Z"),
            List.of(Map.entry("B.class", "b"), Map.entry("A.class", "a")));
    Path changed =
        jar("c.jar", Instant.EPOCH, List.of(Map.entry("A.class", "a"), Map.entry("B.class", "c")));
    ContentDigest digest = new ContentDigest();
    assertThat(Files.readAllBytes(one)).isNotEqualTo(Files.readAllBytes(other));
    assertThat(digest.of(one, true)).isEqualTo(digest.of(other, true)).matches("[0-9a-f]{64}");
    assertThat(digest.of(changed, true)).isNotEqualTo(digest.of(one, true));
  }

  @Test
  void changedFileIsReadAgain() throws IOException {
    ContentDigest digest = new ContentDigest();
    Path file = Files.writeString(folder.resolve("f"), "one");
    String before = digest.of(file, false);
    Files.writeString(file, "two, longer");
    assertThat(digest.of(file, false)).isNotEqualTo(before);
  }

  @Test
  void whatIsNoJarIsItsBytes() throws IOException {
    Path file = Files.writeString(folder.resolve("app.jar"), "a jar");
    assertThat(new ContentDigest().of(file, true)).isEqualTo(new ContentDigest().of(file, false));
  }
}
