package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.ResumeRule;
import dev.naru.spec.TreeDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is known of files, and what stays of them. */
public interface FileClaims extends EngineClaims {
  /** The directory of a run. */
  Location.InVolume RUN =
      new Location.InVolume(EngineBench.PROJECT, EngineBench.VOLUME, "checkpoints/fraud/fraud-1");

  /** Where an attempt left its model. */
  Location.InModels MODEL = new Location.InModels(EngineBench.PROJECT, "fraud/runs/1/1");

  /** Where a version is kept. */
  Location.InModels VERSION = new Location.InModels(EngineBench.PROJECT, "fraud/1");

  private void checkpoint(int attempt, String name) {
    bench().write(ResumeRule.attempt(RUN, attempt).resolve(name).resolve("weights"), name);
  }

  private Fact resume(int attempt) {
    return bench().ask(new Question.Resume(RUN, attempt));
  }

  private static Fact.Resume from(int attempt, long step, boolean fresh) {
    return new Fact.Resume(
        Optional.of(ResumeRule.attempt(RUN, attempt).resolve("step-" + step)), step, fresh);
  }

  @Test
  default void firstAttemptBeginsFromNothing() {
    assertThat(resume(1)).isEqualTo(ResumeRule.nothing());
  }

  @Test
  default void nextAttemptBeginsFromTheNewestCheckpointOfTheOneBefore() {
    resume(1);
    checkpoint(1, "step-9");
    checkpoint(1, "step-120");
    checkpoint(1, "step-20");
    assertThat(resume(2)).isEqualTo(from(1, 120, true));
  }

  @Test
  default void attemptAfterOneWithoutCheckpointsBeginsWhereThatBegan() {
    resume(1);
    checkpoint(1, "step-40");
    resume(2);
    assertThat(resume(3)).isEqualTo(from(1, 40, false));
  }

  @Test
  default void lateWriterOfALostAttemptIsNeverRead() {
    resume(1);
    checkpoint(1, "step-40");
    assertThat(resume(2)).isEqualTo(from(1, 40, true));
    checkpoint(1, "step-80");
    assertThat(resume(2)).isEqualTo(from(1, 40, true));
    assertThat(resume(3)).isEqualTo(from(1, 40, false));
    bench().letGo();
    assertThat(resume(2)).isEqualTo(from(1, 40, true));
  }

  @Test
  default void resumePointIsChosenOnceAlsoWhenAskedTogether() throws InterruptedException {
    resume(1);
    checkpoint(1, "step-40");
    List<Fact> answers = new CopyOnWriteArrayList<>();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(_ -> Thread.ofVirtual().start(() -> answers.add(resume(2))))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answers).hasSize(4).containsOnly(from(1, 40, true));
  }

  @Test
  default void halfWrittenCheckpointIsNone() {
    resume(1);
    checkpoint(1, "step-7");
    checkpoint(1, "step-50.tmp");
    checkpoint(1, ".step-60");
    checkpoint(1, "step-070");
    checkpoint(1, "step--8");
    bench().write(ResumeRule.attempt(RUN, 1).resolve("step-90"), "a file");
    assertThat(resume(2)).isEqualTo(from(1, 7, true));
  }

  @Test
  default void newestCheckpointIsToldWhileItIsWritten() {
    Question question = new Question.Checkpoint(RUN, 1);
    assertThat(bench().ask(question)).isEqualTo(new Fact.Checkpoint(Optional.empty()));
    checkpoint(1, "step-3");
    checkpoint(1, "step-11");
    assertThat(bench().ask(question)).isEqualTo(new Fact.Checkpoint(Optional.of(11L)));
  }

  @Test
  default void equalContentsHaveEqualDigests() {
    Location a = EngineBench.output().resolve("a");
    Location b = EngineBench.output().resolve("b");
    bench().write(a.resolve("x"), "1");
    bench().write(a.resolve("y").resolve("z"), "22");
    bench().write(b.resolve("y").resolve("z"), "22");
    bench().write(b.resolve("x"), "1");
    Fact sealed = bench().ask(new Question.Seal(a));
    assertThat(sealed).isInstanceOf(Fact.Sealed.class).isEqualTo(bench().ask(new Question.Seal(b)));
    assertThat(((Fact.Sealed) sealed).files()).isEqualTo(2);
    assertThat(((Fact.Sealed) sealed).bytes()).isEqualTo(3);
    assertThat(bench().ask(new Question.Seal(a))).isEqualTo(sealed);
    bench().write(b.resolve("w"), "");
    assertThat(bench().ask(new Question.Seal(b))).isNotEqualTo(sealed);
  }

  @Test
  default void whatIsNotThereIsNotSealed() {
    assertThat(bench().ask(new Question.Seal(EngineBench.output().resolve("nothing"))))
        .isInstanceOf(Fact.Refused.class);
  }

  @Test
  default void modelIsPublishedOnceAndForAll() {
    bench().write(MODEL.resolve("model.ubj"), "trees");
    bench().write(MODEL.resolve("metrics.json"), "{\"auc\": 0.93, \"rows\": 120}");
    Fact published = bench().ask(new Question.Publish(MODEL, VERSION));
    assertThat(published).isInstanceOf(Fact.Published.class);
    assertThat(((Fact.Published) published).metrics())
        .isEqualTo(new TreeMap<>(Map.of("auc", 0.93, "rows", 120.0)));
    assertThat(bench().read(VERSION.resolve("model.ubj"))).contains("trees");
    bench().write(MODEL.resolve("model.json"), "another");
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION))).isEqualTo(published);
    bench().letGo();
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION))).isEqualTo(published);
  }

  @Test
  default void modelWithoutMetricsHasNone() {
    bench().write(MODEL.resolve("model.json"), "trees");
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION)))
        .isInstanceOfSatisfying(Fact.Published.class, p -> assertThat(p.metrics()).isEmpty());
  }

  @Test
  default void whatIsNotExactlyOneModelIsRefused() {
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION))).isInstanceOf(Fact.Refused.class);
    bench().write(MODEL.resolve("notes"), "no model");
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION)))
        .isInstanceOfSatisfying(
            Fact.Refused.class, r -> assertThat(r.reason()).contains("found none"));
    bench().write(MODEL.resolve("model.ubj"), "one");
    bench().write(MODEL.resolve("model.onnx"), "two");
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION)))
        .isInstanceOfSatisfying(
            Fact.Refused.class,
            r -> assertThat(r.reason()).contains("found model.ubj and model.onnx"));
    assertThat(bench().read(VERSION.resolve("model.ubj"))).isEmpty();
  }

  @Test
  default void metricsThatAreNotNumbersAreRefused() {
    bench().write(MODEL.resolve("model.ubj"), "trees");
    bench().write(MODEL.resolve("metrics.json"), "{\"auc\": \"good\"}");
    assertThat(bench().ask(new Question.Publish(MODEL, VERSION)))
        .isInstanceOfSatisfying(
            Fact.Refused.class, r -> assertThat(r.reason()).contains("metrics.json"));
    assertThat(bench().read(VERSION.resolve("model.ubj"))).isEmpty();
  }

  @Test
  default void volumesStayWhenGroupsGo() {
    Group gang = bench().gang("fraud", 1, "write:NARU_OUTPUT/kept=for ever", "exit:0");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    engine().remove(gang.id(), Duration.ZERO);
    bench().gone(gang.id());
    assertThat(bench().read(EngineBench.output().resolve("kept"))).contains("for ever");
    assertThat(engine().volumes(EngineBench.PROJECT)).containsExactly(EngineBench.VOLUME);
    engine().removeVolume(EngineBench.PROJECT, EngineBench.VOLUME);
    assertThat(engine().volumes(EngineBench.PROJECT)).isEmpty();
    assertThat(bench().read(EngineBench.output().resolve("kept"))).isEmpty();
  }

  @Test
  default void modelsOfAProjectAreRemovedTogether() {
    bench().write(MODEL.resolve("model.ubj"), "trees");
    bench().ask(new Question.Publish(MODEL, VERSION));
    engine().removeModels(EngineBench.PROJECT);
    assertThat(bench().read(VERSION.resolve("model.ubj"))).isEmpty();
    engine().removeModels(EngineBench.PROJECT);
  }

  @Test
  default void signatureIsKeptBesideAModelWhoseFilesAreTold() {
    bench().write(MODEL.resolve("model.json"), "{}");
    bench().ask(new Question.Publish(MODEL, VERSION));
    Fact before = bench().ask(new Question.Files(VERSION));
    assertThat(before)
        .isEqualTo(
            new Fact.Files(
                List.of(
                    new TreeDigest.Entry(
                        "model.json", 2, TreeDigest.ofText("{}").substring("sha256:".length())))));
    for (String signature : List.of("{\"first\": \"a+/=\"}", "{}")) {
      assertThat(bench().ask(new Question.Attach(VERSION, signature)))
          .isEqualTo(new Fact.Attached());
      assertThat(bench().read(new Location.InModels(VERSION.project(), VERSION.path() + ".sig")))
          .contains(signature + "\n");
    }
    assertThat(bench().ask(new Question.Files(VERSION))).isEqualTo(before);
  }
}
