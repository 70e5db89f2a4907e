package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gangs of real processes on loopback, killed and stopped. */
class TrainingIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path shared;
  @TempDir Path folder;

  private List<RankProcess> started = List.of();

  private static Path input = Path.of("");
  private static String undisturbed = "";

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    input = shared.resolve("input");
    CardBook book = new CardBook(11, 500, TransactionPreparation.DAYS);
    new TransactionPreparation(input, 0, 1).run(book);
    RankProcess.Attempt attempt =
        new RankProcess.Attempt(shared.resolve("undisturbed"), input, 2, Optional.empty());
    undisturbed = model(attempt, attempt.start());
  }

  @AfterEach
  void leaveNothingRunning() {
    started.forEach(RankProcess::kill);
  }

  @Test
  void aKilledAndResumedTrainingMakesTheSameModel() throws Exception {
    RankProcess.Attempt first = attempt("first", 2, Optional.empty());
    started = first.start();
    Path resumeFrom = newestCheckpoint(first);
    started.get(1).kill();
    assertThat(started.get(1).exitCode()).isEqualTo(137);
    assertThat(started.get(0).exitCode()).as(started.get(0).log()).isEqualTo(1);
    assertThat(first.models()).doesNotExist();
    assertThat(first.temporary(1)).as("what a killed rank leaves").isEmptyDirectory();

    RankProcess.Attempt second = attempt("second", 2, Optional.of(resumeFrom));
    assertThat(finished(second)).isEqualTo(undisturbed);
    int resumed = step(resumeFrom);
    assertThat(started.getFirst().log())
        .contains("naru:progress {\"step\":" + (resumed + 1) + ",\"total\":300,")
        .doesNotContain("naru:progress {\"step\":" + resumed + ",");
  }

  @Test
  void theLossOfRankZeroEndsTheOthers() throws Exception {
    RankProcess.Attempt attempt = attempt("lost", 3, Optional.empty());
    started = attempt.start();
    Path _ = newestCheckpoint(attempt);
    started.get(0).kill();
    assertThat(started.get(1).exitCode()).isNotZero();
    assertThat(started.get(2).exitCode()).isNotZero();
  }

  @Test
  void oneAskedToStopStopsAllAtOneStepWithACheckpoint() throws Exception {
    RankProcess.Attempt first = attempt("stopped", 2, Optional.empty());
    started = first.start();
    Path _ = newestCheckpoint(first);
    started.get(1).askToStop();
    assertThat(started.get(0).exitCode()).as(started.get(0).log()).isEqualTo(143);
    assertThat(started.get(1).exitCode()).isEqualTo(143);
    assertThat(Examples.names(first.checkpoints())).noneMatch(name -> name.startsWith("."));

    RankProcess.Attempt second = attempt("resumed", 2, Optional.of(newestCheckpoint(first)));
    assertThat(finished(second)).isEqualTo(undisturbed);
  }

  @Test
  void aLoneRankTrainsAsWell() throws Exception {
    String model = finished(attempt("alone", 1, Optional.empty()));
    assertThat(finished(attempt("again", 1, Optional.empty()))).isEqualTo(model);
    assertThat(Files.readString(folder.resolve("alone/model/metrics.json")))
        .matches("\\{\"auc\":0\\.\\d{6},\"ap\":0\\.\\d{6},\"logloss\":0\\.\\d{6}}\n");
  }

  private RankProcess.Attempt attempt(String name, int ranks, Optional<Path> resumeFrom) {
    return new RankProcess.Attempt(folder.resolve(name), input, ranks, resumeFrom);
  }

  private String finished(RankProcess.Attempt attempt) throws Exception {
    started = attempt.start();
    return model(attempt, started);
  }

  private static String model(RankProcess.Attempt attempt, List<RankProcess> ranks)
      throws Exception {
    for (RankProcess rank : ranks) {
      assertThat(rank.exitCode()).as(rank.log()).isZero();
    }
    assertThat(Examples.names(attempt.models())).containsExactly("metrics.json", "model.ubj");
    return Examples.digest(attempt.models());
  }

  /** Waits for one. */
  private Path newestCheckpoint(RankProcess.Attempt attempt) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.isDirectory(attempt.checkpoints())) {
        Optional<String> newest =
            Examples.names(attempt.checkpoints()).stream()
                .filter(name -> name.startsWith("step-"))
                .max(Comparator.comparingInt(name -> step(Path.of(name))));
        if (newest.isPresent()) {
          return attempt.checkpoints().resolve(newest.get());
        }
      }
      Thread.sleep(2);
    }
    throw new AssertionError("no checkpoint: " + started.getFirst().log());
  }

  private static int step(Path checkpoint) {
    return Integer.parseInt(String.valueOf(checkpoint.getFileName()).substring("step-".length()));
  }
}
