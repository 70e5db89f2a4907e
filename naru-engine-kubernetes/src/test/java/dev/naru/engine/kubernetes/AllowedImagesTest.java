package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of an API server for the list of images. */
class AllowedImagesTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String APP = "registry.bank/team/app@sha256:" + A;

  @TempDir private Path folder;

  private final FakeList list = new FakeList();

  @SuppressWarnings("NullAway.Init") // before each test
  private FakeApi api;

  @SuppressWarnings("NullAway.Init") // before each test
  private AllowedImages images;

  @BeforeEach
  void serve() throws IOException {
    api = new FakeApi(folder, list::answer);
    list.has("\"team.%s\": \"%s\"".formatted(A, APP));
    images = AllowedImages.in(api.cluster().client(), "naru-system");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatIsEnteredIsNotGoodByAnyRulesYet() {
    images.allow("shop", APP);
    images.allow("shop", APP);

    assertThat(list.asked).containsExactly(FakeList.patch("\"shop.%s\":\"%s\"".formatted(A, APP)));
  }

  @Test
  void aNameIsOneEntryWhateverItLooksLike() {
    String sly = "registry.bank/a\",\"shop." + B + "\":\"x@sha256:" + A;

    images.allow("team", sly);

    assertThat(list.asked)
        .containsExactly(
            FakeList.patch("\"team.%s\":\"%s\"".formatted(A, sly.replace("\"", "\\\""))));
  }

  @Test
  void nobodyNamesAnImageNarusOwn() {
    assertThatThrownBy(() -> images.allow("team", "own " + APP))
        .hasMessageContaining("is not by digest");
  }

  @Test
  void narusOwnIsWrittenDownAsThat() {
    images.allow("team", APP);
    images.allowOwn("team", APP);
    images.allow("team", APP);

    assertThat(list.asked)
        .containsExactly(
            FakeList.patch("\"team.%s\":\"%s\"".formatted(A, APP)),
            FakeList.patch("\"team.%s\":\"own %s\"".formatted(A, APP)));
  }

  @Test
  void whatWasTakenOutIsEnteredAgainOnceItIsAllowedAgain() {
    images.allow("team", APP);
    images.recall(new Recall.Change(new TreeMap<>(), new TreeSet<>(Set.of("team." + A))));
    images.allow("team", APP);

    assertThat(list.asked)
        .containsExactly(
            FakeList.patch("\"team.%s\":\"%s\"".formatted(A, APP)),
            FakeList.patch("\"team.%s\":null".formatted(A)),
            FakeList.patch("\"team.%s\":\"%s\"".formatted(A, APP)));
  }

  @Test
  void whatWasTakenOutIsNotEnteredAgainByWhoKeepsTheList() {
    images.open(Map::of);
    images.recall(new Recall.Change(new TreeMap<>(), new TreeSet<>(Set.of("team." + A))));
    list.has("");
    list.asked.clear();
    images.tidy(_ -> true);

    assertThat(list.asked).isEmpty();
  }

  @Test
  void aListThatIsGoodIsWrittenDownAsThatUnlessItWasChangedMeanwhile() {
    AllowedImages.Listed listed = images.listed().orElseThrow();
    assertThat(listed).isEqualTo(new AllowedImages.Listed(Map.of("team." + A, APP), "one", "7"));

    images.found(listed, "two");
    list.wasChangedMeanwhile();
    assertThatCode(() -> images.found(listed, "three")).doesNotThrowAnyException();
    assertThat(list.asked.getFirst()).isEqualTo(FakeList.good("two"));
  }

  @Test
  void theListIsMadeWhereThereIsNone() {
    list.hasNone();

    images.open(() -> Map.of("team", Set.of(APP, "registry.bank/by/tag:1")));

    assertThat(list.asked)
        .contains("made")
        .last()
        .isEqualTo(FakeList.patch("\"team.%s\":\"%s\"".formatted(A, APP)));
  }

  @Test
  void tellsWhatIsMissingOfANamespace() {
    assertThat(images.missing("team", Set.of(APP, "registry.bank/by/tag:1")))
        .containsExactly("registry.bank/by/tag:1");
    assertThat(images.missing("shop", Set.of(APP))).containsExactly(APP);
  }

  @Test
  void aListThatCannotBeReadIsNoEmptyOne() {
    list.isBroken();

    assertThatThrownBy(() -> images.missing("team", Set.of(APP))).isInstanceOf(NaruException.class);
  }
}
