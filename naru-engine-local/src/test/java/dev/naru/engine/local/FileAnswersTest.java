package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.ResumeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real files add to the contract: crashes in the middle, links, permissions. */
class FileAnswersTest {
  private static final Location.InVolume RUN = new Location.InVolume("p", "data", "cp/fraud-1");
  private static final Location.InModels MODEL = new Location.InModels("p", "fraud/runs/1/1");
  private static final Location.InModels VERSION = new Location.InModels("p", "fraud/1");

  @TempDir private Path home;

  private Layout layout() {
    return new Layout(home);
  }

  private FileAnswers answers() {
    return new FileAnswers(layout()::place);
  }

  private Path write(Location location, String text) throws IOException {
    Path file = layout().place(location);
    Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
    return Files.writeString(file, text);
  }

  @Test
  void recordThatWasCutOffByACrashIsWrittenAgain() throws IOException {
    write(ResumeRule.attempt(RUN, 1).resolve("step-5").resolve("w"), "w");
    Path record = write(ResumeRule.attempt(RUN, 2).resolve(ResumeRule.RECORD), "step 4");
    Fact.Resume chosen = (Fact.Resume) answers().answer(new Question.Resume(RUN, 2));
    assertThat(chosen.step()).isEqualTo(5);
    assertThat(ResumeRule.read(RUN, Files.readString(record))).contains(chosen);
  }

  @Test
  void recordOfAnAttemptThatNeverAskedIsMadeFirst() throws IOException {
    write(ResumeRule.attempt(RUN, 1).resolve("step-5").resolve("w"), "w");
    Fact.Resume third = (Fact.Resume) answers().answer(new Question.Resume(RUN, 3));
    assertThat(third.step()).isEqualTo(5);
    assertThat(third.fresh()).isFalse();
    assertThat(layout().place(ResumeRule.attempt(RUN, 2).resolve(ResumeRule.RECORD))).exists();
  }

  @Test
  void linksAreNotSealedAndNotPublished() throws IOException {
    Path model = write(MODEL.resolve("model.ubj"), "trees");
    Files.createSymbolicLink(model.resolveSibling("more"), Path.of("/etc/hostname"));
    assertThat(answers().answer(new Question.Seal(MODEL)))
        .isInstanceOfSatisfying(
            Fact.Refused.class,
            r -> assertThat(r.reason()).endsWith("/more is neither a file nor a folder"));
    assertThat(answers().answer(new Question.Publish(MODEL, VERSION)))
        .isInstanceOf(Fact.Refused.class);
    assertThat(layout().place(VERSION)).doesNotExist();
  }

  @Test
  void publishedModelIsReadOnlyAndNothingIsLeftBesideIt() throws IOException {
    write(MODEL.resolve("model.ubj"), "trees");
    write(new Location.InModels("p", "fraud/.1.dead.tmp/model.ubj"), "half");
    assertThat(answers().answer(new Question.Publish(MODEL, VERSION)))
        .isInstanceOf(Fact.Published.class);
    Path published = layout().place(VERSION.resolve("model.ubj"));
    assertThat(Files.getPosixFilePermissions(published).toString()).doesNotContain("WRITE");
    try (Stream<Path> beside = Files.list(layout().models("p").resolve("fraud"))) {
      assertThat(beside.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("1", "runs");
    }
  }

  @Test
  void whatCannotBeReadIsUnknown() throws IOException {
    write(new Location.InVolume("p", "data", "cp/fraud-1/attempts"), "a file in the way");
    assertThat(answers().answer(new Question.Resume(RUN, 1))).isInstanceOf(Fact.Unknown.class);
    assertThat(answers().answer(new Question.Checkpoint(RUN, 1)))
        .isEqualTo(new Fact.Checkpoint(Optional.empty()));
  }

  /** A signature as far as its key's name goes; {@code hint} is one hexadecimal digit. */
  private static String signature(String hint, String sig) {
    return "{\"verificationMaterial\":{\"publicKey\":{\"hint\":\"%s\"}},\"sig\":\"%s\"}"
        .formatted(hint.repeat(64), sig);
  }

  private void attach(String signature) {
    assertThat(answers().answer(new Question.Attach(VERSION, signature)))
        .isEqualTo(new Fact.Attached());
  }

  @Test
  void signatureOfAnotherKeyStaysBesideTheNewOne() throws IOException {
    write(VERSION.resolve("model.ubj"), "trees");
    Path folder = layout().models("p").resolve("fraud");
    attach(signature("a", "1"));
    attach(signature("a", "2"));
    attach(signature("b", "3"));

    assertThat(folder.resolve("1.sig")).hasContent(signature("b", "3"));
    assertThat(folder.resolve("1." + "a".repeat(64) + ".sig")).hasContent(signature("a", "2"));
    attach(signature("a", "4"));
    assertThat(folder.resolve("1.sig")).hasContent(signature("a", "4"));
    assertThat(folder.resolve("1." + "b".repeat(64) + ".sig")).hasContent(signature("b", "3"));
  }

  @Test
  void whatIsNoSignatureIsReplaced() throws IOException {
    write(VERSION.resolve("model.ubj"), "trees");
    Path folder = layout().models("p").resolve("fraud");
    Files.writeString(folder.resolve("1.sig"), "{\"hint\":\"../up\"}");
    attach(signature("a", "1"));

    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("1", "1.sig");
    }
  }
}
