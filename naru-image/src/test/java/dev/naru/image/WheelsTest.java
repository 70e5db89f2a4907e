package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WheelsTest {
  private static final String SITE = "usr/local/lib/python3.11/dist-packages/";

  @TempDir Path temp;

  private Path wheel(Map<String, String> entries) throws IOException {
    Path file = temp.resolve("a-1.0-py3-none-any.whl");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }

  private Path unpacked(Map<String, String> entries) {
    try {
      Path root = Files.createDirectories(temp.resolve("root"));
      Wheels.unpack(wheel(entries), "3.11", root);
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void putsEachPartWhereAnInstallerWould() {
    Path root =
        unpacked(
            Map.of(
                "a/__init__.py", "x = 1",
                "a-1.0.data/purelib/b.py", "y = 2",
                "a-1.0.data/scripts/run-a", "#!python\nimport a",
                "a-1.0.data/data/share/a.txt", "text",
                "a-1.0.dist-info/METADATA", "Name: a"));

    assertThat(root.resolve(SITE + "a/__init__.py")).hasContent("x = 1");
    assertThat(root.resolve(SITE + "b.py")).hasContent("y = 2");
    assertThat(root.resolve(SITE + "a-1.0.dist-info/METADATA")).exists();
    assertThat(root.resolve("usr/local/share/a.txt")).hasContent("text");
    assertThat(root.resolve("usr/local/bin/run-a"))
        .hasContent("#!/usr/bin/python3.11\nimport a")
        .isExecutable();
  }

  @Test
  void refusesAPathOutOfTheRoot() {
    String out = "../".repeat(9) + "outside.py";

    assertThat(Projects.failure(() -> unpacked(Map.of(out, "x"))))
        .startsWith("1: cannot unpack a-1.0-py3-none-any.whl: " + out + " is a link, leaves");
    assertThat(temp.resolve("outside.py")).doesNotExist();
  }

  @Test
  void refusesRequirementsThatPinNothing() {
    for (String line :
        new String[] {"numpy", "numpy>=1", "numpy==1.0", "-r other.txt", "git+https://x"}) {
      assertThat(Projects.failure(() -> Requirements.refuseLoose("app", line)))
          .as(line)
          .startsWith(
              "2: cannot lock requirements of image/app: expected name==version --hash=sha256:… in"
                  + " each line, found '"
                  + line);
    }
  }
}
