package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallerTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String APP = "registry.bank/app@sha256:" + A;
  private static final String EVIL = "registry.bank/evil@sha256:" + B;
  private static final String SYSTEM = "registry.bank/naru@sha256:" + "5".repeat(64);

  @TempDir private Path folder;

  private final FakeList list = new FakeList();
  private final Map<String, ImageRules.Answer> answers = new ConcurrentHashMap<>();
  private final List<String> changes = new ArrayList<>();
  private final List<String> versions = new ArrayList<>(List.of("two"));

  @SuppressWarnings("NullAway.Init") // before each test
  private FakeApi api;

  @SuppressWarnings("NullAway.Init") // before each test
  private Recaller recaller;

  /** What is not in {@link #answers} cannot be looked at; the last version of all stays. */
  private final class Rules implements ImageRules {
    @Override
    public String version() {
      return versions.size() > 1 ? versions.removeFirst() : versions.getFirst();
    }

    @Override
    public Answer ask(String ref) {
      Answer answer = answers.get(ref);
      if (answer == null) {
        throw new IllegalStateException("cannot look at " + ref);
      }
      return answer;
    }

    @Override
    public void changes(String namespace, String ref, boolean allowed) {
      changes.add(namespace + " " + ref + " " + allowed + " after " + list.asked.size());
    }
  }

  @BeforeEach
  void serve() throws IOException {
    api = new FakeApi(folder, list::answer);
    list.has("\"team.%s\": \"%s\", \"team.%s\": \"%s\"".formatted(A, APP, B, EVIL));
    answers.put(APP, ImageRules.Answer.GOOD);
    recaller =
        new Recaller(
            AllowedImages.in(api.cluster().client(), "naru-system"),
            new Rules(),
            images -> new Recall.Seen(images, Map.of(), Set.of("team." + B), SYSTEM),
            Clock.fixed(Instant.parse("2026-11-27T12:00:00Z"), ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatIsRefusedLeavesAndThatIsSaidBefore() throws InterruptedException {
    answers.put(EVIL, ImageRules.Answer.REFUSED);

    recaller.turn();

    assertThat(changes).containsExactly("team " + EVIL + " false after 0");
    assertThat(list.asked).containsExactly(FakeList.patch("\"team.%s\":null".formatted(B)));
  }

  @Test
  void anAnswerOfOtherRulesDecidesNothing() throws InterruptedException {
    answers.put(EVIL, ImageRules.Answer.REFUSED);
    versions.addAll(List.of("three", "two"));

    recaller.turn();
    answers.put(EVIL, ImageRules.Answer.GOOD);
    recaller.turn();

    assertThat(changes).isEmpty();
    assertThat(list.asked).containsExactly(FakeList.good("two"));
  }

  @Test
  void oneThatCannotBeLookedAtKeepsNoOtherInTheList() throws InterruptedException {
    answers.clear();
    answers.put(APP, ImageRules.Answer.REFUSED);

    recaller.turn();

    assertThat(list.asked).containsExactly(FakeList.patch("\"team.%s\":null".formatted(A)));
  }

  @Test
  void aListThatIsGoodIsWrittenDownAsThat() throws InterruptedException {
    answers.put(EVIL, ImageRules.Answer.GOOD);

    recaller.turn();

    assertThat(changes).isEmpty();
    assertThat(list.asked).containsExactly(FakeList.good("two"));
  }

  @Test
  void nobodyIsAskedAboutAListThatIsGoodByTheseRules() throws InterruptedException {
    answers.clear();
    versions.set(0, "one");

    recaller.turn();

    assertThat(list.asked).isEmpty();
  }
}
