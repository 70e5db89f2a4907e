package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an API server is answered about pods that others make. */
class PodJudgeTest {
  private static final String HEX = "a".repeat(64);
  private static final String TAG = "registry.bank/team/app:1";
  private static final String PINNED = "registry.bank/team/app@sha256:" + HEX;
  private static final String UNSIGNED = "registry.bank/team/evil:1";
  private static final String POD =
      "{\"metadata\": {\"name\": \"tool\"}, \"spec\": {\"containers\": [{\"image\": \"%s\"}]}}";

  private final List<AuditEntry> audit = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final Shelf shelf = new Shelf();
  private final PodJudge judge =
      new PodJudge(
          new ForeignImages(this::admit),
          shelf,
          audit::add,
          Clock.fixed(Instant.parse("2026-11-27T12:00:00Z"), ZoneOffset.UTC));

  /** A list in memory. */
  private static final class Shelf implements PodJudge.Listing {
    private final Set<String> entries = new HashSet<>();

    @Override
    public Set<String> missing(String namespace, Set<String> refs) {
      return refs.stream()
          .filter(r -> !entries.contains(namespace + " " + r))
          .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void enter(String namespace, Set<String> refs) {
      refs.forEach(r -> entries.add(namespace + " " + r));
    }
  }

  private synchronized String admit(String ref) {
    asked.add(ref);
    if (ref.equals(UNSIGNED)) {
      throw new NaruException(
          NaruException.Code.UNTRUSTED, "cannot accept it: no signature; by policy 'bank'");
    }
    return PINNED;
  }

  private JsonNode judged(String pod, String before, boolean dryRun) {
    ObjectNode review = Json.object();
    ObjectNode request = review.putObject("request");
    request.put("uid", "one").put("namespace", "team").put("dryRun", dryRun);
    request.putObject("userInfo").put("username", "alice");
    request.set("object", Json.read(pod, "a pod"));
    request.set("oldObject", Json.read(before, "the pod before"));
    return judge.review(review).path("response");
  }

  private JsonNode made(String image) {
    return judged(POD.formatted(image), "null", false);
  }

  private static JsonNode patch(JsonNode response) {
    byte[] bytes = Base64.getDecoder().decode(response.path("patch").asText());
    return Json.read(new String(bytes, StandardCharsets.UTF_8), "a patch");
  }

  @Test
  void entersAVerifiedImageRefusesOnceAndThenPinsIt() {
    JsonNode first = made(TAG);

    assertThat(first.path("allowed").asBoolean()).isFalse();
    assertThat(first.at("/status/code").asInt()).isEqualTo(429);
    assertThat(first.at("/status/details/retryAfterSeconds").asInt()).isEqualTo(1);
    assertThat(first.at("/status/message").asText())
        .isEqualTo(
            "cannot run image "
                + PINNED
                + " in namespace team yet: it was verified just now, and the API server learns of"
                + " that; try again in a second");
    assertThat(shelf.entries).containsExactly("team " + PINNED);

    JsonNode second = made(TAG);

    assertThat(second.path("allowed").asBoolean()).isTrue();
    assertThat(second.path("patchType").asText()).isEqualTo("JSONPatch");
    assertThat(patch(second))
        .isEqualTo(
            Json.read(
                "[{\"op\": \"replace\", \"path\": \"/spec/containers/0/image\", \"value\": \""
                    + PINNED
                    + "\"}]",
                "a patch"));
    assertThat(audit)
        .extracting(AuditEntry::who, AuditEntry::target, AuditEntry::outcome, AuditEntry::detail)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "alice", "team/pod/tool", "accepted", "image=" + PINNED));
  }

  @Test
  void asksNobodyAboutADigestThatIsInTheList() {
    shelf.enter("team", Set.of(PINNED));

    JsonNode response = made(PINNED);

    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(asked).isEmpty();
    assertThat(audit).isEmpty();
  }

  @Test
  void refusesWhatDoesNotVerifyInWordsAndWritesDownWhoAsked() {
    JsonNode response = made(UNSIGNED);

    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    assertThat(response.at("/status/message").asText())
        .isEqualTo(
            "cannot run image "
                + UNSIGNED
                + " in namespace team: cannot accept it: no signature; by policy 'bank'");
    assertThat(shelf.entries).isEmpty();
    assertThat(audit).extracting(AuditEntry::who).containsExactly("alice");
    assertThat(audit).extracting(AuditEntry::outcome).containsExactly("refused");
  }

  @Test
  void looksAtEveryPlaceOfAPodThatNamesAnImage() {
    String pod =
        """
        {"metadata": {"generateName": "tool-"},
         "spec": {"initContainers": [{"image": "h.x/a:1"}],
                  "containers": [{"image": "h.x/b:1"}, {"image": "h.x/c:1"}],
                  "ephemeralContainers": [{"image": "h.x/d:1"}],
                  "volumes": [{"emptyDir": {}}, {"image": {"reference": "h.x/e:1"}}]}}\
        """;
    shelf.enter("team", Set.of(PINNED));

    JsonNode response = judged(pod, "null", false);

    assertThat(patch(response))
        .extracting(p -> p.path("path").asText())
        .containsExactly(
            "/spec/initContainers/0/image",
            "/spec/containers/0/image",
            "/spec/containers/1/image",
            "/spec/ephemeralContainers/0/image",
            "/spec/volumes/1/image/reference");
  }

  @Test
  void asksOfAChangeOnlyAboutImagesThatThePodDidNotHave() {
    String leaving =
        "{\"metadata\": {\"name\": \"tool\", \"deletionTimestamp\": \"2026-11-27T12:00:00Z\"},"
            + " \"spec\": {\"containers\": [{\"image\": \"%s\"}]}}";

    assertThat(
            judged(leaving.formatted(UNSIGNED), POD.formatted(UNSIGNED), false)
                .path("allowed")
                .asBoolean())
        .isTrue();
    assertThat(
            judged(leaving.formatted(UNSIGNED), POD.formatted(PINNED), false)
                .path("allowed")
                .asBoolean())
        .as("one that is being removed is no exception")
        .isFalse();
  }

  @Test
  void aDryRunLetsNothingIn() {
    JsonNode response = judged(POD.formatted(TAG), "null", true);

    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/message").asText()).contains("a dry run lets nothing in");
    assertThat(shelf.entries).isEmpty();
  }

  @Test
  void saysAllThatIsWrongAtOnceAndEntersNothingThen() {
    String pod =
        "{\"metadata\": {\"name\": \"tool\"}, \"spec\": {\"containers\": [{\"image\": \""
            + UNSIGNED
            + "\"}, {\"image\": \""
            + TAG
            + "\"}]}}";

    assertThat(judged(pod, "null", false).path("allowed").asBoolean()).isFalse();
    assertThat(shelf.entries).isEmpty();
  }

  @Test
  void writesOthersWordsAsOneLine() {
    ObjectNode review = Json.object();
    ObjectNode request = review.putObject("request").put("uid", "one").put("namespace", "team");
    request.putObject("userInfo").put("username", "a\nINFO audit");
    request.set("object", Json.read(POD.formatted(UNSIGNED), "a pod"));

    judge.review(review);

    assertThat(audit).extracting(AuditEntry::who).containsExactly("a?INFO audit");
  }

  @Test
  void whatIsNoReviewOfAPodIsNotAnswered() {
    assertThatThrownBy(() -> judge.review(Json.read("{\"request\": {\"uid\": \"a\"}}", "a review")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AdmissionReview");
  }
}
