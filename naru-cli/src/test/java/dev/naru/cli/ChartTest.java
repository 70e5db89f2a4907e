package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.chart.Chart;
import dev.naru.cli.chart.Values;
import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ChartTest {
  private static final Path CHART = Path.of("../charts/naru");
  private static final String IMAGE = "registry.local/naru-operator@sha256:" + "a".repeat(64);

  @TempDir Path folder;

  private static List<Map<?, ?>> documents(List<String> texts) {
    List<Map<?, ?>> documents = new ArrayList<>();
    for (String text : texts) {
      new Load(LoadSettings.builder().build())
          .loadAllFromString(text)
          .forEach(d -> documents.add((Map<?, ?>) d));
    }
    documents.removeIf(d -> d == null);
    return documents;
  }

  private static ObjectNode values(String yaml) {
    String images = "{operator: {image: '%1$s'}, serving: {image: '%1$s'}}".formatted(IMAGE);
    ObjectNode values = Chart.over(Chart.values(), Values.read(images, "images"));
    return Chart.over(values, Values.read(yaml, "values"));
  }

  private static Map<?, ?> metadata(Map<?, ?> document) {
    return (Map<?, ?>) Objects.requireNonNull(document.get("metadata"));
  }

  private static Map<?, ?> one(List<Map<?, ?>> all, String kind, String name) {
    return all.stream()
        .filter(d -> kind.equals(d.get("kind")))
        .filter(d -> name.equals(metadata(d).get("name")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rendersEveryTemplateToManifests() throws IOException {
    List<String> rendered = Chart.render("naru-system", values(""));

    assertThat(String.join("", rendered)).doesNotContain("{{");
    try (Stream<Path> templates = Files.list(CHART.resolve("templates"))) {
      assertThat(rendered)
          .hasSize((int) templates.filter(t -> t.toString().endsWith(".yaml")).count());
    }
    List<Map<?, ?>> all = documents(rendered);
    assertThat(all).allSatisfy(d -> assertThat(d.get("kind")).isNotNull());
    assertThat(all).filteredOn(d -> "CustomResourceDefinition".equals(d.get("kind"))).hasSize(8);
    assertThat(one(all, "Deployment", "naru-operator").toString())
        .contains(IMAGE)
        .contains("namespace=naru-system");
  }

  @Test
  void putsWhatIsGivenWhereItBelongs() {
    List<Map<?, ?>> all =
        documents(
            Chart.render(
                "naru-system",
                values(
                    """
                    operator: {logLevel: debug}
                    imagePullSecrets: [{name: registry}]
                    tolerations: [{key: infra, operator: Exists}]
                    serviceAccount: {annotations: {bank/owner: "platform: \\"{a}\\""}}
                    serving: {nodeSelector: {pool: serving}}
                    extraLabels: {bank/cost: "42", app.kubernetes.io/name: mine}
                    """)));

    assertThat(one(all, "Deployment", "naru-operator").toString())
        .contains("imagePullSecrets=[{name=registry}]")
        .contains("tolerations=[{key=infra, operator=Exists}]")
        .contains("NARU_LOG_LEVEL, value=debug")
        .contains("\"nodeSelector\":{\"pool\":\"serving\"}")
        .contains("bank/cost=42")
        .contains("app.kubernetes.io/name=naru-operator");
    assertThat(one(all, "ServiceAccount", "naru-operator").toString())
        .contains("bank/owner=platform: \"{a}\"");
  }

  @Test
  void watchesOnlyWhereThatIsAskedFor() {
    List<Map<?, ?>> all =
        documents(
            Chart.render(
                "naru-system",
                values(
                    """
                    monitoring:
                      podMonitor: true
                      prometheusRule: true
                      dashboard: true
                      labels: {release: prometheus}
                    """)));

    assertThat(one(all, "PodMonitor", "naru-gateways").toString())
        .contains("release=prometheus")
        .contains("any=true");
    assertThat(one(all, "PrometheusRule", "naru").toString())
        .contains("alert=NaruNoLeader")
        .contains("$labels.namespace");
    assertThat(one(all, "ConfigMap", "naru-dashboard").toString()).contains("grafana_dashboard=1");
    assertThat(documents(Chart.render("naru-system", values(""))).toString())
        .doesNotContain("monitoring.coreos.com");
  }

  @Test
  void needsNothingOfTheClusterForOneNamespace() {
    List<Map<?, ?>> all = documents(Chart.render("team", values("watchNamespace: team")));

    assertThat(all).allSatisfy(d -> assertThat(metadata(d).get("namespace")).isEqualTo("team"));
    assertThat(one(all, "Role", "naru-operator-work").toString()).doesNotContain("nodes");
  }

  @Test
  void letsTheOperatorReadItsOwnSecretsAlone() {
    for (String values : List.of("", "watchNamespace: team")) {
      List<Map<?, ?>> all = documents(Chart.render("team", values(values)));

      assertThat(one(all, "Role", "naru-operator").toString())
          .contains("resources=[secrets], resourceNames=[naru-model-key], verbs=[get]");
      assertThat(all)
          .filteredOn(d -> d.toString().contains("naru-model-key"))
          .singleElement()
          .satisfies(d -> assertThat(d.get("kind")).isEqualTo("Role"));
      assertThat(all.toString()).doesNotContain("resources=[secrets], verbs=[get");
    }
  }

  @Test
  void letsTheWebhookReadPoliciesEnterImagesAndAddToTheAudit() {
    List<Map<?, ?>> all = documents(Chart.render("naru-system", values("")));

    assertThat(one(all, "Role", "naru-webhook").toString())
        .contains("rules=[{apiGroups=[naru.dev], resources=[verifiedimages],")
        .contains("resourceNames=[naru-images], verbs=[get, patch]},")
        .contains(
            "{apiGroups=[naru.dev], resources=[auditpages], verbs=[get, list, create, update]}]");
    assertThat(one(all, "ClusterRole", "naru-webhook").toString())
        .contains("rules=[{apiGroups=[naru.dev], resources=[trustpolicies], verbs=[get, list]}]");
  }

  @Test
  void refusesAnImageWithoutItsDigest() {
    assertThatThrownBy(
            () -> Chart.render("naru-system", values("operator: {image: 'registry.local/naru:1'}")))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(
            "cannot use operator.image 'registry.local/naru:1': expected an image by digest");
  }

  @Test
  void refusesAllThatIsUnknownOrWrongAtOnce() {
    assertThatThrownBy(() ->
            Chart.render(
                "naru-system",
                values(
                    """
                    operator: {replica: 2, replicas: 0, logLevel: loud}
                    tolerations: [{key: a, effect: Never}]
                    extraLabels: {a: 1}
                    """)))
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "cannot render the chart with these values: operator.replicas is 0, expected 1 to 9;"
                + " operator.logLevel is \"loud\", expected one of error, warn, info, debug;"
                + " operator.replica is unknown, known here are image, logLevel, replicas,"
                + " resources; tolerations[0].effect is \"Never\", expected one of NoSchedule,"
                + " PreferNoSchedule, NoExecute; extraLabels.a is 1, expected string;"
                + " charts/naru/README.md describes every value");
  }

  @Test
  void knowsDescribesAndDefaultsTheSameValues() throws IOException {
    Set<String> defaults = new TreeSet<>();
    paths(Chart.values(), "", defaults);
    Set<String> described = new TreeSet<>();
    Files.readString(CHART.resolve("README.md"))
        .lines()
        .filter(l -> l.startsWith("| `"))
        .forEach(l -> described.add(l.split("`", 3)[1]));

    assertThat(described).isEqualTo(defaults);
  }

  /** Of what has a default: an object that people fill is one value. */
  private static void paths(JsonNode values, String path, Set<String> found) {
    values
        .properties()
        .forEach(field -> {
          String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          if (field.getValue().isObject()
              && !field.getValue().isEmpty()
              && !field.getKey().equals("resources")) {
            paths(field.getValue(), at, found);
          } else {
            found.add(at);
          }
        });
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
  void letsTheOperatorReachNoMoreThanItNeeds() {
    String image = IMAGE.replaceFirst("^[^/]*", "registry.bank:5443");
    Ran ran =
        Ran.of(
            Map.of("KUBECONFIG", "/nothing", "NARU_INSECURE_REGISTRIES", "10.0.0.1:5000"),
            "install",
            "--dry-run",
            "--image",
            image,
            "--serving-image",
            image);

    String policy = one(documents(List.of(ran.out())), "NetworkPolicy", "naru-operator").toString();
    assertThat(policy)
        .contains("policyTypes=[Ingress, Egress]")
        .contains("values=[naru-operator, naru-webhook]");
    assertThat(Pattern.compile("port=(\\d+)").matcher(policy).results().map(m -> m.group(1)))
        .containsExactlyInAnyOrder(
            "8080", "8443", "53", "53", "443", "6443", "5000", "5443", "8081", "8082", "7777");
  }

  @Test
  void takesTheValuesThatHelmTakes() throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(
        file,
        "{operator: {image: '%1$s', replicas: 3}, serving: {image: '%1$s'}}".formatted(IMAGE));

    Ran ran = Ran.of(Map.of("KUBECONFIG", "/nothing"), "install", "--dry-run", "-f", "" + file);

    assertThat(ran.code()).isZero();
    assertThat(one(documents(List.of(ran.out())), "Deployment", "naru-operator").toString())
        .contains("replicas=3");
  }

  @Test
  void namesAPortOnceThoughTheFileNamesItAlready() throws IOException {
    Path file = folder.resolve("values.json");
    Files.writeString(
        file,
        """
        {"operator": {"image": "%1$s"}, "serving": {"image": "%1$s"},
         "trust": {"plainHttp": ["10.0.0.1:5000"]},
         "networkPolicy": {"ports": [{"port": 5000, "protocol": "TCP"}]}}
        """
            .formatted(IMAGE));

    Ran ran = Ran.of(Map.of("KUBECONFIG", "/nothing"), "install", "--dry-run", "-f", "" + file);

    assertThat(one(documents(List.of(ran.out())), "NetworkPolicy", "naru-operator").toString())
        .containsOnlyOnce("port=5000");
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
