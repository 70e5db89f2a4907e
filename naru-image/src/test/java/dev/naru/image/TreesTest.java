package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  @TempDir Path root;

  @Test
  void linksBecomeWhatTheyMeanInsideTheRoot() throws IOException {
    Files.createDirectories(root.resolve("usr/lib"));
    Files.createDirectories(root.resolve("lib64"));
    Files.writeString(root.resolve("usr/lib/real.so"), "code");
    Files.createSymbolicLink(root.resolve("usr/lib/a.so"), Path.of("real.so"));
    Files.createSymbolicLink(root.resolve("lib64/b.so"), Path.of("/usr/lib/a.so"));
    Files.createSymbolicLink(root.resolve("folder"), Path.of("usr/../usr/lib"));
    Files.createSymbolicLink(root.resolve("nothing"), Path.of("/etc/hostname"));

    Trees.resolveLinks(root);

    assertThat(root.resolve("lib64/b.so")).hasContent("code");
    assertThat(Files.isSymbolicLink(root.resolve("lib64/b.so"))).isFalse();
    assertThat(root.resolve("folder/a.so")).hasContent("code");
    assertThat(Files.exists(root.resolve("nothing"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aLinkOutOfTheRootIsRefused() throws IOException {
    Files.createSymbolicLink(root.resolve("out"), Path.of("../../no-such-neighbour"));

    assertThat(Projects.failure(() -> resolve()))
        .isEqualTo(
            "2: cannot take out: it is a symbolic link out of its folder; copy there what it"
                + " means");
  }

  @Test
  void circlesAndFoldersInThemselvesAreRefused() throws IOException {
    Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
    assertThat(Projects.failure(() -> resolve())).startsWith("2: cannot take a: its links go in");
    Files.delete(root.resolve("a"));
    Files.delete(root.resolve("b"));
    Files.createDirectories(root.resolve("inner"));
    Files.createSymbolicLink(root.resolve("inner/self"), Path.of(".."));

    assertThat(Projects.failure(() -> resolve()))
        .startsWith("2: cannot take inner/self: it is a link to a folder that it is in");
  }

  private void resolve() {
    try {
      Trees.resolveLinks(root);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
