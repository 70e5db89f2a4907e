package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Resource;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TogetherTest {
  private static final String IMAGE =
      "{kind: Image, metadata: {name: finance}, spec: {ref: 'registry.local/finance@sha256:"
          + "a".repeat(64)
          + "'}}";
  private static final String VOLUME = "{kind: Volume, metadata: {name: data}, spec: {size: 1Gi}}";

  private static String preparation(String name, String from) {
    return "{kind: Preparation, metadata: {name: "
        + name
        + "}, spec: {image: finance, command: [prepare], "
        + (from.isEmpty() ? "" : "inputs: [{from: " + from + "}], ")
        + "output: {volume: data, path: "
        + name
        + "}}}";
  }

  private static Stored stored(String project, String yaml) {
    try {
      var document =
          new ObjectMapper()
              .<com.fasterxml.jackson.databind.node.ObjectNode>valueToTree(
                  new org.snakeyaml.engine.v2.api.Load(
                          org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
                      .loadFromString(yaml));
      document.put("apiVersion", "naru.dev/v1alpha1");
      Resource resource =
          switch (ProjectReader.fromJson(document)) {
            case Decoding.Decoded(Resource r) -> r;
            case Decoding.Undecodable(var problems) -> throw new IOException(problems.toString());
          };
      return new Stored(
          new Key(project, resource.kind(), resource.name()),
          1,
          1,
          resource,
          Stored.Desired.UP,
          State.OfRuns.none(),
          Instant.EPOCH);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aReferenceThatLeadsNowhereIsItsOwnersProblemUntilTheOtherArrives() {
    Stored image = stored("bank", IMAGE);
    Stored volume = stored("bank", VOLUME);
    Stored late = stored("bank", preparation("b", "a"));

    Map<Key, String> problems = Together.problems(List.of(image, volume, late));
    assertThat(problems).containsOnlyKeys(late.key());
    assertThat(problems.get(late.key())).contains("spec.inputs[0].from").doesNotContain("items[");

    assertThat(
            Together.problems(List.of(image, volume, late, stored("bank", preparation("a", "")))))
        .isEmpty();
  }

  @Test
  void anotherNamespacesResourcesAreNobodys() {
    Stored alone = stored("shop", preparation("b", ""));

    assertThat(Together.problems(List.of(stored("bank", IMAGE), stored("bank", VOLUME), alone)))
        .containsOnlyKeys(alone.key());
  }

  @Test
  void aCycleNamesTheResourcesAndNotTheirPlacesInAList() {
    Map<Key, String> problems =
        Together.problems(
            List.of(
                stored("bank", IMAGE),
                stored("bank", VOLUME),
                stored("bank", preparation("a", "b")),
                stored("bank", preparation("b", "a"))));

    assertThat(problems).isNotEmpty();
    assertThat(problems.values()).allSatisfy(p -> assertThat(p).doesNotContain("items["));
  }
}
