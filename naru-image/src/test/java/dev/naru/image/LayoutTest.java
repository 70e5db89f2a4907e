package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  @TempDir Path root;

  @Test
  void losesNoNameWhenManyAreGivenAtOnce() {
    Descriptor blob = new Layout(root).put(Descriptor.MANIFEST, new byte[] {1});

    IntStream.range(0, 40).parallel().forEach(i -> new Layout(root).tag("image-" + i, blob));

    assertThat(IntStream.range(0, 40))
        .allMatch(i -> new Layout(root).find("image-" + i).isPresent());
  }

  @Test
  void beginsAnIndexAnewThatCannotBeRead() throws IOException {
    Layout layout = new Layout(root);
    Descriptor blob = layout.put(Descriptor.MANIFEST, new byte[] {1});
    layout.tag("a", blob);
    Files.writeString(root.resolve("index.json"), "{ half");

    assertThat(layout.find("a")).isEmpty();
    layout.tag("b", blob);
    assertThat(layout.find("b")).contains(blob);
    assertThat(root.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  @Test
  void removesABlobThatIsNotItsDigest() throws IOException {
    Layout layout = new Layout(root);
    Descriptor blob = layout.put(Descriptor.CONFIG, "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(layout.has(blob)).isTrue();
    Files.writeString(layout.blob(blob.digest()), "[]");

    assertThat(layout.has(blob)).isFalse();
    assertThat(layout.blob(blob.digest())).doesNotExist();
  }
}
