package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are made from code and kept beside it, so that every change of them is seen. */
final class Golden {
  private static final boolean REGENERATE = Boolean.getBoolean("naru.regenerate");

  private Golden() {}

  /** Compares what the code makes now to the kept file, or keeps it where that was asked for. */
  static void check(Path kept, String made) throws IOException {
    if (REGENERATE) {
      Files.createDirectories(kept.toAbsolutePath().getParent());
      Files.writeString(kept, made);
    }
    assertThat(kept).exists();
    assertThat(made)
        .as(
            "%s is out of date; look at the change and, if it is meant, run"
                + " 'mvn -pl naru-spec test -Dnaru.regenerate=true'",
            kept)
        .isEqualTo(Files.readString(kept));
  }
}
