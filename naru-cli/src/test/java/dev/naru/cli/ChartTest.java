package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ChartTest {
  private static final Path CHART = Path.of("../charts/naru");
  private static final String IMAGE = "registry.local/naru-operator@sha256:" + "a".repeat(64);

  private static List<Map<?, ?>> documents(List<String> texts) {
    List<Map<?, ?>> documents = new ArrayList<>();
    for (String text : texts) {
      new Load(LoadSettings.builder().build())
          .loadAllFromString(text)
          .forEach(d -> documents.add((Map<?, ?>) d));
    }
    return documents;
  }

  @Test
  void rendersEveryTemplateToManifests() throws IOException {
    ObjectNode values = Chart.values();
    ((ObjectNode) values.get("operator")).put("image", IMAGE);
    ((ObjectNode) values.get("serving")).put("image", IMAGE);

    List<String> rendered = Chart.render("naru-system", values);

    assertThat(String.join("", rendered)).doesNotContain("{{");
    try (Stream<Path> templates = Files.list(CHART.resolve("templates"))) {
      assertThat(rendered).hasSize((int) templates.count());
    }
    List<Map<?, ?>> all = documents(rendered);
    assertThat(all).allSatisfy(d -> assertThat(d.get("kind")).isNotNull());
    assertThat(all).filteredOn(d -> "CustomResourceDefinition".equals(d.get("kind"))).hasSize(5);
    assertThat(all)
        .filteredOn(d -> "Deployment".equals(d.get("kind")))
        .singleElement()
        .satisfies(d -> assertThat(d.toString()).contains(IMAGE).contains("namespace=naru-system"));
  }

  @Test
  void hasTheChartsOwnDefaults() throws IOException {
    Object chart =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(CHART.resolve("values.yaml")));

    assertThat(new com.fasterxml.jackson.databind.ObjectMapper().<ObjectNode>valueToTree(chart))
        .isEqualTo(Chart.values());
  }

  @Test
  void installsNothingOnADryRun() {
    Ran ran =
        Ran.of(
            Map.of("KUBECONFIG", "/nothing"),
            "install",
            "--dry-run",
            "--image",
            IMAGE,
            "--serving-image",
            IMAGE);
    assertThat(ran.code()).isZero();
    assertThat(documents(List.of(ran.out()))).hasSizeGreaterThan(10);
  }

  @Test
  void wantsBothImagesOrNone() {
    Ran ran = Ran.of(Map.of(), "install", "--image", IMAGE);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--image and --serving-image go together");
  }

  @Test
  void namesTheKubeconfigThatCannotBeRead() {
    Ran ran =
        Ran.of(
            Map.of("KUBECONFIG", "/nothing"),
            "install",
            "--yes",
            "--image",
            IMAGE,
            "--serving-image",
            IMAGE);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("cannot read the kubeconfig /nothing");
  }
}
