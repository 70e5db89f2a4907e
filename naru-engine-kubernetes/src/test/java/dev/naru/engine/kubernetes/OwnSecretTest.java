package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.engine.kubernetes.FakeApi.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an API server that knows one Secret. */
class OwnSecretTest {
  private static final String PATH = "/api/v1/namespaces/naru-system/secrets";

  /** What somebody has made: {@code {"who": "another"}}. */
  private static final String THEIRS = secret("\"data\": {\"who\": \"YW5vdGhlcg==\"}");

  @TempDir private Path folder;

  private final List<String> posted = new ArrayList<>();
  private Optional<String> there = Optional.empty();

  /** What somebody else makes between the look and the making; empty for nothing. */
  private Optional<String> race = Optional.empty();

  private boolean forbidden;

  @SuppressWarnings("NullAway.Init") // before each test
  private FakeApi api;

  @SuppressWarnings("NullAway.Init") // before each test
  private OwnSecret secret;

  private static String secret(String more) {
    return """
    {"apiVersion": "v1", "kind": "Secret",
     "metadata": {"name": "key", "namespace": "naru-system"}, %s}\
    """
        .formatted(more);
  }

  @BeforeEach
  void serve() throws IOException {
    api = new FakeApi(folder, this::answer);
    secret = new OwnSecret(api.cluster(), "naru-system", "key");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Answer answer(FakeApi.Request request) {
    if (forbidden) {
      return Answer.no(403, "Forbidden");
    }
    return switch (request.what()) {
      case "GET " + PATH + "/key" -> there.map(Answer::of).orElse(Answer.no(404, "NotFound"));
      case "POST " + PATH -> {
        posted.add(request.body());
        boolean late = race.isPresent();
        String made = secret("\"data\": {\"who\": \"bWU=\"}");
        there = late ? race : Optional.of(made);
        yield late ? Answer.no(409, "AlreadyExists") : new Answer(201, made);
      }
      default -> Answer.no(500, "not expected: " + request.what());
    };
  }

  @Test
  void isMadeWhereThereIsNoneAndNeverToBeChanged() {
    assertThat(secret.texts(() -> Map.of("who", "me"))).containsExactly(Map.entry("who", "me"));
    assertThat(posted)
        .singleElement()
        .asString()
        .contains("\"immutable\":true")
        .contains("\"stringData\":{\"who\":\"me\"}");
  }

  @Test
  void isReadWhereThereIsOne() {
    there = Optional.of(THEIRS);

    assertThat(secret.texts(() -> Map.of("who", "me")))
        .containsExactly(Map.entry("who", "another"));
    assertThat(posted).isEmpty();
  }

  @Test
  void isTheirsWhoMadeItFirst() {
    race = Optional.of(THEIRS);

    assertThat(secret.texts(() -> Map.of("who", "me")))
        .containsExactly(Map.entry("who", "another"));
  }

  @Test
  void withoutTheRightThatIsSaid() {
    forbidden = true;

    assertThatThrownBy(() -> secret.texts(Map::of))
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(Code.REFUSED))
        .hasMessage("cannot read secret key in namespace naru-system: said Forbidden");
  }
}
