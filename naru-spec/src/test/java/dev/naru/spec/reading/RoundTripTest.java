package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The JSON form loses nothing and is the only one. */
class RoundTripTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property
  void decodesWhatItEncodes(@ForAll long seed, @ForAll Kind kind) {
    Resource resource = new RandomResources(seed).resource(kind);

    assertThat(ProjectReader.fromJson(ProjectReader.toJson(resource)))
        .isEqualTo(new Decoding.Decoded(resource));
  }

  @Property
  void decodesWhatWasWrittenAsText(@ForAll long seed, @ForAll Kind kind)
      throws JsonProcessingException {
    Resource resource = new RandomResources(seed).resource(kind);
    String text = JSON.writeValueAsString(ProjectReader.toJson(resource));

    assertThat(ProjectReader.fromJson(JSON.readTree(text)))
        .isEqualTo(new Decoding.Decoded(resource));
    assertThat(JSON.writeValueAsString(ProjectReader.toJson(resource))).isEqualTo(text);
  }

  @Property
  void readsTheJsonFormAsYaml(@ForAll long seed, @ForAll boolean image)
      throws JsonProcessingException {
    Resource resource = new RandomResources(seed).resource(image ? Kind.IMAGE : Kind.VOLUME);
    String text =
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(ProjectReader.toJson(resource));

    assertThat(ProjectReaderTest.read(text))
        .isInstanceOfSatisfying(
            Reading.Read.class, r -> assertThat(r.project().resources()).containsExactly(resource));
  }

  @Property
  void sortsTheKeys(@ForAll long seed, @ForAll Kind kind) {
    ObjectNode node = ProjectReader.toJson(new RandomResources(seed).resource(kind));
    List<String> keys = node.path("spec").properties().stream().map(e -> e.getKey()).toList();

    assertThat(keys).isSorted();
  }
}
