package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is read, there is an answer, and twice the same. */
class FuzzTest {
  private static final Path FOLDER = Path.of("/project");
  private static final byte[] GOOD = good();
  private static final String[] FRAGMENTS = {
    "apiVersion: naru.dev/v1alpha1\n",
    "kind: Training\n",
    "kind: Image\n",
    "metadata: {name: a}\n",
    "spec:\n",
    "  image: a\n",
    "  command: [x]\n",
    "  inputs:\n",
    "  - from: b\n",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "? ",
    "- ",
    "\n",
    " ",
    "  ",
    "\t",
    "&a ",
    "*a",
    "!!int ",
    "!x ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "#",
    "%YAML 1.2\n",
    "<<: *a\n",
    "null",
    "1e999",
    "~",
    "\u00e9",
    "@",
    "a",
    "a:\n",
    "1",
    "-1",
    "2Gi",
    "true",
    "\uD83D\uDE00",
    "\u0085",
    "\u2028"
  };

  @Property(tries = 2000)
  void answersToAnyMutationOfAGoodFile(@ForAll long seed) {
    byte[] bytes = mutate(GOOD.clone(), new Random(seed));

    assertAnswered(bytes);
  }

  @Property(tries = 2000)
  void answersToAnyYaml(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i >= 0; i--) {
      text.append(FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
    }

    assertAnswered(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 500)
  void answersToAnyBytes(@ForAll byte[] bytes) {
    assertAnswered(bytes);
  }

  private static void assertAnswered(byte[] bytes) {
    Reading reading = read(bytes);

    assertThat(read(bytes)).isEqualTo(reading);
    if (reading instanceof Reading.Refused refused) {
      assertThat(refused.problems()).isNotEmpty();
      assertThat(refused.problems())
          .allSatisfy(
              p -> assertThat(p.toString()).matches("naru\\.yaml(:[0-9]+:[0-9]+)?[^\\p{Cc}]*"));
    }
  }

  private static Reading read(byte[] bytes) {
    return ProjectReader.read(List.of(SourceText.of("naru.yaml", bytes)), FOLDER);
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    byte[] mutated = bytes;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(mutated.length);
      int to = Math.min(mutated.length, at + random.nextInt(40));
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] = (byte) (32 + random.nextInt(95));
        case 2 -> mutated = cut(mutated, at, to);
        default -> mutated = repeat(mutated, at, to);
      }
    }
    return mutated;
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    byte[] rest = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, rest, from, bytes.length - to);
    return rest.length == 0 ? new byte[1] : rest;
  }

  private static byte[] repeat(byte[] bytes, int from, int to) {
    byte[] more = Arrays.copyOf(bytes, bytes.length + to - from);
    System.arraycopy(bytes, from, more, to, bytes.length - from);
    return more;
  }

  private static byte[] good() {
    try {
      return Files.readAllBytes(Path.of("src/test/resources/good.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
