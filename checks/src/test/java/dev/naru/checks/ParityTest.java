package dev.naru.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/parity.md} tells what the engines did in the last run of the contract. What each did
 * is kept beside this test; an engine that was not there in this run (no Docker, no cluster) keeps
 * what it had.
 */
class ParityTest {
  private static final Path PAGE = Path.of("../docs/parity.md");
  private static final Path KEPT = Path.of("src/test/resources/parity");
  private static final List<Path> RUNS =
      List.of(
          Path.of("../naru-core/target/parity"),
          Path.of("../naru-engine-local/target/parity"),
          Path.of("../naru-engine-kubernetes/target/parity"));
  private static final boolean REGENERATE = Boolean.getBoolean("naru.regenerate");
  private static final String HOW =
      "%s: an engine behaves otherwise than is written; if that is meant, run the contract on it"
          + " and then `mvn -pl checks -am test -Dtest=ParityTest -Dnaru.regenerate=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false`";

  /** The engines whose whole contract was run in this build; the others keep what they had. */
  private static List<String> ran() throws IOException {
    Set<String> behaviours = ParityPage.read(run("simulated")).keySet();
    List<String> ran = new ArrayList<>();
    for (String engine : ParityPage.ENGINES) {
      Set<String> did = ParityPage.read(run(engine)).keySet();
      if (!did.isEmpty() && did.equals(behaviours)) {
        ran.add(engine);
      } else {
        System.out.println(
            "skipped: parity of engine " + engine + ": its contract was not run in this build");
      }
    }
    return ran;
  }

  @BeforeAll
  static void regenerate() throws IOException {
    if (REGENERATE) {
      for (String engine : ran()) {
        Files.copy(run(engine), KEPT.resolve(engine + ".tsv"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void whatEnginesDidIsWhatIsKept() throws IOException {
    for (String engine : ran()) {
      assertThat(ParityPage.read(run(engine)))
          .as(HOW, engine)
          .isEqualTo(ParityPage.read(KEPT.resolve(engine + ".tsv")));
    }
  }

  @Test
  void pageIsMadeOfWhatIsKept() throws IOException {
    String page = ParityPage.make(KEPT, Files.readString(KEPT.resolve("frame.md")));
    if (REGENERATE) {
      Files.writeString(PAGE, page);
    }
    assertThat(page).as(HOW, PAGE).isEqualTo(Files.readString(PAGE));
  }

  @Test
  void everyDifferenceHasItsReason() throws IOException {
    SortedMap<String, String> simulated = ParityPage.read(KEPT.resolve("simulated.tsv"));
    assertThat(simulated).hasSizeGreaterThanOrEqualTo(60);
    for (String engine : ParityPage.ENGINES) {
      assertThat(ParityPage.read(KEPT.resolve(engine + ".tsv")).values())
          .as(engine)
          .allMatch(said -> said.equals("yes") || said.matches("no: .{10,}"));
    }
  }

  private static Path run(String engine) {
    return RUNS.stream()
        .map(folder -> folder.resolve(engine + ".tsv"))
        .filter(Files::exists)
        .findFirst()
        .orElse(Path.of("none"));
  }
}
