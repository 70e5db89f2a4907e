package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.engine.kubernetes.ImageRules.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of the list of images where the rules change. */
class RecallTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final String A = "a".repeat(64);
  private static final String APP = "registry.bank/team/app@sha256:" + A;
  private static final String COPY = "registry.bank/copy/app@sha256:" + A;
  private static final String KEY = "team." + A;
  private static final String SYSTEM = "registry.bank/naru/serving@sha256:" + "5".repeat(64);

  private static Recall.Seen seen(
      Map<String, String> list, Map<String, Set<String>> ours, Set<String> running) {
    return new Recall.Seen(list, ours, running, SYSTEM);
  }

  private static Recall under(String version, Map<String, String> list, String foundBy) {
    return Recall.NOTHING.under(version, new AllowedImages.Listed(list, foundBy, "7"), NOW);
  }

  private static Recall told(Answer answer, Recall.Seen seen) {
    return under("two", seen.list(), "one").with(Map.of(APP, answer), seen, NOW);
  }

  @Test
  void asksAboutAllOfTheListOnceTheRulesChanged() {
    Map<String, String> list = Map.of(KEY, APP);
    Recall.Seen seen = seen(list, Map.of(), Set.of());
    Recall recall = under("one", list, "one");

    assertThat(recall.questions(seen, NOW)).isEmpty();
    assertThat(recall.good(seen)).isTrue();
    Recall after = recall.under("two", new AllowedImages.Listed(list, "one", "7"), NOW);
    assertThat(after.questions(seen, NOW)).containsExactly(APP);
    assertThat(after.good(seen)).isFalse();
    assertThat(after.with(Map.of(APP, Answer.GOOD), seen, NOW).questions(seen, NOW)).isEmpty();
  }

  @Test
  void takesOutWhatNoLongerVerifiesEvenWhereItRuns() {
    Recall.Seen seen = seen(Map.of(KEY, APP), Map.of("team", Set.of(APP)), Set.of(KEY));

    Recall.Change change = told(Answer.REFUSED, seen).change(seen, NOW);

    assertThat(change.removed()).containsExactly(KEY);
    assertThat(change.entered()).isEmpty();
  }

  @Test
  void keepsWhatVerifiesAgain() {
    Recall.Seen seen = seen(Map.of(KEY, APP), Map.of(), Set.of());

    assertThat(told(Answer.GOOD, seen).change(seen, NOW).none()).isTrue();
    assertThat(told(Answer.GOOD, seen).good(seen)).isTrue();
  }

  @Test
  void keepsWhatRunsForAWhileWhereItsRegistryIsSilentAndNothingElse() {
    Recall.Seen idle = seen(Map.of(KEY, APP), Map.of(), Set.of());
    Recall.Seen runs = seen(Map.of(KEY, APP), Map.of(), Set.of(KEY));

    assertThat(told(Answer.UNKNOWN, idle).change(idle, NOW).removed()).containsExactly(KEY);
    Recall recall = told(Answer.UNKNOWN, runs);
    Instant end = NOW.plus(Recall.PATIENCE);
    assertThat(recall.change(runs, end.minusSeconds(1)).none()).isTrue();
    assertThat(recall.change(runs, end).removed()).containsExactly(KEY);
    assertThat(recall.questions(runs, NOW)).containsExactly(APP);
    Recall again = recall.with(Map.of(APP, Answer.UNKNOWN), runs, end.minusSeconds(1));
    assertThat(again.change(runs, end).removed()).as("silent all the while").containsExactly(KEY);
  }

  @Test
  void keepsNarusOwnImagesWhateverTheRulesSay() {
    String before = "registry.bank/naru/serving@sha256:" + "4".repeat(64);
    Recall.Seen seen =
        seen(
            Map.of("team." + "4".repeat(64), "own " + before, "shop." + "5".repeat(64), SYSTEM),
            Map.of("team", Set.of(before), "bank", Set.of(SYSTEM)),
            Set.of());
    Recall recall = under("two", seen.list(), "one");

    assertThat(recall.questions(seen, NOW)).isEmpty();
    assertThat(recall.change(seen, NOW).none()).isTrue();
    assertThat(recall.good(seen)).isTrue();
  }

  @Test
  void entersAgainWhatOurOwnObjectsNameAndMayRunOnceMore() {
    Recall.Seen seen = seen(Map.of(), Map.of("team", Set.of(APP)), Set.of());

    assertThat(told(Answer.GOOD, seen).change(seen, NOW).entered())
        .containsExactly(Map.entry(KEY, APP));
    assertThat(told(Answer.REFUSED, seen).change(seen, NOW).none()).isTrue();
    assertThat(told(Answer.UNKNOWN, seen).change(seen, NOW).none()).isTrue();
  }

  @Test
  void oneGoodNameOfADigestIsEnough() {
    Recall.Seen seen = seen(Map.of(KEY, APP), Map.of("team", Set.of(COPY)), Set.of(KEY));
    Recall recall =
        under("two", seen.list(), "one")
            .with(Map.of(APP, Answer.REFUSED, COPY, Answer.GOOD), seen, NOW);

    assertThat(recall.change(seen, NOW).removed()).isEmpty();
    assertThat(recall.change(seen, NOW).entered()).containsExactly(Map.entry(KEY, COPY));
  }

  @Test
  void asksAgainAboutWhatWasRefusedForItMayHaveBeenSignedSince() {
    Recall.Seen seen = seen(Map.of(), Map.of("team", Set.of(APP)), Set.of());
    Recall recall = told(Answer.REFUSED, seen);

    assertThat(recall.questions(seen, NOW)).isEmpty();
    assertThat(recall.questions(seen, NOW.plus(Duration.ofMinutes(1)))).containsExactly(APP);
  }

  @Test
  void forgetsWhatIsOfNothingThatIsSeen() {
    Recall.Seen seen = seen(Map.of(KEY, APP), Map.of(), Set.of());
    Recall recall = told(Answer.REFUSED, seen);

    assertThat(recall.with(Map.of(), seen(Map.of(), Map.of(), Set.of()), NOW).told()).isEmpty();
  }

  @Test
  void aListThatWasFoundGoodByOtherRulesIsLookedAtAfterARestart() {
    Recall.Seen seen = seen(Map.of(KEY, APP), Map.of(), Set.of());

    assertThat(under("two", seen.list(), "one").questions(seen, NOW)).containsExactly(APP);
    assertThat(under("two", seen.list(), "").good(seen)).isFalse();
  }
}
