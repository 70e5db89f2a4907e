package dev.naru.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.core.testkit.store.InMemoryStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class OpenApiTest {
  private static final JsonNode DOCUMENT =
      new ObjectMapper()
          .valueToTree(
              new Load(LoadSettings.builder().build()).loadFromString(ServerRoutes.document()));

  @Test
  void tellsExactlyTheRoutesThatThereAre() {
    ApiServer.Context context =
        new ApiServer.Context(
            new ServerInfo("0", "0", "process", "/", 1, 2, 3, Instant.EPOCH),
            "",
            () -> {},
            Clock.systemUTC());
    Set<String> served = new TreeSet<>();
    ApiServer.routes(
            new FakeControl(), new InMemoryStore(), context, new Streams(), new ApiMetrics())
        .forEach(r -> served.add(r.method() + " " + r.path()));
    Set<String> told = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : DOCUMENT.path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(m -> told.add(m.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    assertThat(told).isEqualTo(served);
  }

  @Test
  void declaresEveryParameterOfItsPaths() {
    Pattern name = Pattern.compile("\\{([a-z]+)}");
    for (Map.Entry<String, JsonNode> path : DOCUMENT.path("paths").properties()) {
      Set<String> wanted = new TreeSet<>();
      Matcher matcher = name.matcher(path.getKey());
      while (matcher.find()) {
        wanted.add(matcher.group(1));
      }
      for (JsonNode operation : path.getValue()) {
        Set<String> declared = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
          if (parameter.path("in").asText().equals("path")) {
            declared.add(parameter.path("name").asText());
          }
        }
        assertThat(declared).as(path.getKey()).isEqualTo(wanted);
      }
    }
  }

  @Test
  void refersOnlyToWhatItDefines() {
    Matcher refs =
        Pattern.compile("#/components/([a-z]+)/([A-Za-z]+)").matcher(ServerRoutes.document());
    int found = 0;
    while (refs.find()) {
      found++;
      assertThat(DOCUMENT.path("components").path(refs.group(1)).has(refs.group(2)))
          .as(refs.group())
          .isTrue();
    }
    assertThat(found).isPositive();
  }
}
