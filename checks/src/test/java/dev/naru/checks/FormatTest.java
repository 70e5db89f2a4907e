package dev.naru.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** All Java files look the same, so that a difference is a change. */
class FormatTest {
  private static final Path TREE = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NO_SOURCES = Set.of("target", ".git", "node_modules");
  private static final String MODE = Boolean.getBoolean("naru.format") ? "--replace" : "--dry-run";

  @Test
  void everyFileIsFormatted() throws IOException {
    List<String> arguments = new ArrayList<>(List.of(MODE));
    arguments.addAll(javaFiles());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int exit =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));

    assertThat(arguments).hasSizeGreaterThan(50);
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString().lines())
        .as("files to format: 'mvn -pl checks -am test -Dnaru.format=true' does it")
        .isEmpty();
  }

  private static List<String> javaFiles() throws IOException {
    List<String> files = new ArrayList<>();
    Files.walkFileTree(
        TREE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NO_SOURCES.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
