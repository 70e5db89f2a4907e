package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.spec.Image;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  @TempDir Path temp;

  @Test
  void saysWhatAnImageWasBuiltFrom() throws Exception {
    Path home = temp.resolve("home");
    Projects.jar(temp.resolve("app.jar"), Projects.program("hello"), Instant.EPOCH);
    Image image = Projects.java(home);
    ImageBuilder builder = new ImageBuilder(Projects.settings(home));
    builder.lock(java.util.List.of(image), temp, Optional.empty(), Progress.none()).write(temp);
    BuiltImage built = builder.build("shop", image, temp, Lock.read(temp), Progress.none());

    Provenance provenance = Provenance.of(image, temp, built);
    JsonNode predicate =
        provenance.predicate("0.1.0", Instant.EPOCH, Instant.parse("2026-11-02T10:00:00Z"));

    assertThat(provenance.parameters())
        .containsEntry("image", "app")
        .containsEntry("runtime", "java 25")
        .containsEntry("source", "app.jar");
    assertThat(provenance.inputs())
        .containsEntry("app.jar", Hashes.ofFile(temp.resolve("app.jar")))
        .containsEntry("naru.lock", Hashes.ofFile(temp.resolve("naru.lock")))
        .containsKey("layer 1 base");
    assertThat(predicate.at("/buildDefinition/buildType").asText())
        .isEqualTo("https://naru.dev/build/image/v1");
    assertThat(predicate.at("/runDetails/metadata/finishedOn").asText())
        .isEqualTo("2026-11-02T10:00:00Z");
    assertThat(predicate.toString()).doesNotContain(temp.toString());
    assertThat(Provenance.withoutTimes(predicate))
        .isEqualTo(
            Provenance.withoutTimes(provenance.predicate("0.1.0", Instant.EPOCH, Instant.EPOCH)));
  }
}
