package dev.naru.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The chart {@code charts/naru} without Helm: the same templates, values and rules, so that {@code
 * naru install} and {@code helm install} apply the same objects.
 */
public final class Chart {
  private static final String HELPERS = "templates/_helpers.tpl";
  private static final List<String> TEMPLATES =
      List.of(
          "templates/definitions.yaml",
          "templates/priorities.yaml",
          "templates/rights.yaml",
          "templates/images.yaml",
          "templates/operator.yaml",
          "templates/network.yaml",
          "templates/monitoring.yaml");

  private Chart() {}

  /** What the chart is rendered with where nothing else is said: {@code values.yaml}. */
  public static ObjectNode values() {
    return (ObjectNode) Values.read(text("values.yaml"), "the chart's values.yaml");
  }

  /** The definitions of custom resources and what people may do with them, as YAML documents. */
  public static List<String> definitions() {
    return List.of(
        text("definitions/crds.yaml"),
        text("definitions/images.yaml"),
        text("definitions/audit.yaml"),
        text("definitions/roles.yaml"));
  }

  /**
   * The chart's manifests, as YAML documents.
   *
   * @param namespace of the release
   * @param values all values
   * @throws CommandException exit 2 with everything that is wrong with the values
   */
  public static List<String> render(String namespace, JsonNode values) {
    List<String> problems = Schema.problems(schema(), values);
    if (!problems.isEmpty()) {
      throw CommandException.usage(
          "cannot render the chart with these values: "
              + String.join("; ", problems)
              + "; charts/naru/README.md describes every value");
    }
    JsonNode chart = Values.read(text("Chart.yaml"), "Chart.yaml");
    ObjectNode root = Json.object();
    root.set("Values", values);
    root.putObject("Release")
        .put("Name", "naru")
        .put("Namespace", namespace)
        .put("Service", "naru");
    root.putObject("Chart")
        .put("Version", chart.path("version").asText())
        .put("AppVersion", chart.path("appVersion").asText());
    Template helpers = Template.parse(HELPERS, text(HELPERS));
    try {
      return TEMPLATES.stream()
          .map(name -> Template.parse(name, text(name)).with(helpers).render(root, Chart::text))
          .toList();
    } catch (Template.RefusedException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  static JsonNode schema() {
    try {
      return Json.read(text("values.schema.json").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("values.schema.json: " + e.getMessage(), e);
    }
  }

  /** The values of a file over the chart's own: objects are joined, all else is replaced. */
  public static ObjectNode over(ObjectNode values, JsonNode given) {
    ObjectNode joined = values.deepCopy();
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      JsonNode before = joined.path(field.getKey());
      joined.set(
          field.getKey(),
          before instanceof ObjectNode object && field.getValue().isObject()
              ? over(object, field.getValue())
              : field.getValue());
    }
    return joined;
  }

  private static String text(String name) {
    try (InputStream in = Chart.class.getResourceAsStream("/charts/naru/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " of the chart is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandException.failed("cannot read the chart: " + e.getMessage());
    }
  }
}
