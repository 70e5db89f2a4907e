package dev.naru.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.TreeDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is what is read. */
final class QuestionTextTest {
  private static final Location.InVolume RUN =
      new Location.InVolume("p", "data", "checkpoints/a:b/나루 1");
  private static final Location.InModels MODEL = new Location.InModels("p", "fraud/runs/1/1");

  static List<Question> questions() {
    return List.of(
        new Question.Resume(RUN, 3),
        new Question.Checkpoint(RUN, 1),
        new Question.Seal(MODEL),
        new Question.Publish(RUN, MODEL),
        new Question.Files(MODEL),
        new Question.Attach(MODEL, "{\"a\": \"b+/= é\"}"));
  }

  static List<Fact> facts() {
    return List.of(
        new Fact.Resume(Optional.of(RUN), 40, true),
        new Fact.Resume(Optional.empty(), 0, false),
        new Fact.Checkpoint(Optional.of(7L)),
        new Fact.Checkpoint(Optional.empty()),
        new Fact.Sealed("sha256:ab", 2, 30),
        new Fact.Files(List.of(new TreeDigest.Entry("a b/c", 7, "ab"))),
        new Fact.Attached(),
        new Fact.Published("sha256:ab", 9, new TreeMap<>(Map.of("auc", 0.93, "a b", -1e-9))),
        new Fact.Pending(),
        new Fact.Refused("no model: found none\nand more % + 한글"),
        new Fact.Unknown("IOException: disk"));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void questionsArriveAsTheyWereAsked(Question question) {
    assertThat(QuestionText.readQuestion(QuestionText.write(question))).isEqualTo(question);
  }

  @ParameterizedTest
  @MethodSource("facts")
  void factsArriveAsTheyWereFound(Fact fact) {
    assertThat(QuestionText.readFact(QuestionText.write(fact))).contains(fact);
  }
}
