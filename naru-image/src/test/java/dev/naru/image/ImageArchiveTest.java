package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  @TempDir Path home;

  private BuiltImage build(ImageBuilder builder) throws IOException {
    Projects.jar(home.resolve("app.jar"), Projects.program("hello"), Instant.EPOCH);
    return builder.build("shop", Projects.java(home), home, Optional.empty(), Progress.none());
  }

  private static byte[] archive(ImageBuilder builder, BuiltImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ImageArchive(builder.layout()).write(image, Optional.of("naru/app:1"), out);
    return out.toByteArray();
  }

  @Test
  void holdsTheLayoutAndWhatDockerReads() throws IOException {
    ImageBuilder builder = new ImageBuilder(Projects.settings(home));
    BuiltImage image = build(builder);
    Map<String, byte[]> files = new TreeMap<>();
    byte[] bytes = archive(builder, image);
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
      for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        files.put(e.getName(), in.readAllBytes());
      }
    }

    JsonNode docker = Json.MAPPER.readTree(files.get("manifest.json")).path(0);
    assertThat(docker.path("RepoTags").path(0).asText()).isEqualTo("naru/app:1");
    assertThat(docker.path("Config").asText())
        .isEqualTo("blobs/sha256/" + image.configDigest().substring(7));
    assertThat(docker.path("Layers")).hasSize(5);
    docker.path("Layers").forEach(l -> assertThat(files).containsKey(l.asText()));
    assertThat(Json.MAPPER.readTree(files.get("index.json")).findValuesAsText("digest"))
        .containsExactly(image.digest());
    assertThat(archive(builder, image)).isEqualTo(bytes);
  }

  @Test
  void neverHandsOutACorruptBlob() throws IOException {
    ImageBuilder builder = new ImageBuilder(Projects.settings(home));
    BuiltImage image = build(builder);
    String digest = image.layers().getFirst().blob().digest();
    Path blob = builder.layout().blob(digest);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[30] ^= 4;
    Files.write(blob, bytes);

    assertThat(Projects.failure(() -> archive(builder, image)))
        .isEqualTo(
            "1: cannot use blob "
                + digest
                + " of the image layout: its contents are not those of its digest; it was removed,"
                + " run naru build again");
    assertThat(blob).doesNotExist();
  }
}
