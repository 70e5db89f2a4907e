package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Objects as a store, a cluster or a client has them. */
class StoredObjectTest {
  private static final String VOLUME =
      "{'apiVersion':'naru.dev/v1alpha1','kind':'Volume','metadata':{'name':'data'%s},"
          + "'spec':{'size':%s}%s}";

  @Test
  void passesOverStatusAndWhatAClusterWrites() throws JsonProcessingException {
    JsonNode object =
        json(
            VOLUME.formatted(
                ",'uid':'1','resourceVersion':'7','generation':2,'managedFields':[{}],"
                    + "'creationTimestamp':'2026-11-01T00:00:00Z'",
                "'2Gi'",
                ",'status':{'phase':'Ready'}"));

    assertThat(ProjectReader.fromJson(object)).isInstanceOf(Decoding.Decoded.class);
  }

  @Test
  void saysWhatIsWrongWithAStoredObjectWithoutPlaces() throws JsonProcessingException {
    Decoding decoding = ProjectReader.fromJson(json(VOLUME.formatted("", "true", ",'x':1")));

    assertThat(decoding)
        .isEqualTo(
            new Decoding.Undecodable(
                List.of(
                    new Problem(
                        "",
                        0,
                        0,
                        "spec.size",
                        "expected a size such as 512Mi, 2Gi or 1000 (bytes), found the truth value"
                            + " true"),
                    new Problem(
                        "",
                        0,
                        0,
                        "x",
                        "is not a known key; known are apiVersion, kind, metadata and spec"))));
  }

  @Test
  void readsAProjectThatAClientSends() throws JsonProcessingException {
    Reading reading =
        ProjectReader.readJson(
            List.of(json(VOLUME.formatted("", "'2Gi'", ""))), Path.of("/project"));

    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Read.class,
            r -> assertThat(r.project().folder()).isEqualTo(Path.of("/project")));
  }

  @Test
  void numbersTheObjectsOfAClientInProblems() throws JsonProcessingException {
    JsonNode good = json(VOLUME.formatted("", "'2Gi'", ""));

    assertThat(problems(List.of(good, good, json("[]"))))
        .containsExactly(
            "items[1] metadata.name: there are two of volume/data, the first in items[0]; rename or"
                + " remove one",
            "items[2]: expected a mapping with apiVersion, kind, metadata and spec, found a list");
  }

  @Test
  void refusesNoObjectsAtAll() {
    assertThat(problems(List.of())).containsExactly("is empty: expected at least one resource");
  }

  @Test
  void refusesNullAndDeepNesting() throws JsonProcessingException {
    JsonNode deep = json("[".repeat(200) + "]".repeat(200));

    assertThat(problems(List.of(json("null"), deep))).hasSize(2);
  }

  private static List<String> problems(List<JsonNode> objects) {
    return ((Reading.Refused) ProjectReader.readJson(objects, Path.of("/project")))
        .problems().stream().map(Problem::toString).toList();
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
