package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chart {@code charts/naru} without Helm: its templates use nothing of that but values, the
 * same as JSON, and the namespace.
 */
final class Chart {
  private static final List<String> TEMPLATES =
      List.of("crds.yaml", "rights.yaml", "operator.yaml");

  private static final Pattern FORM =
      Pattern.compile("\\{\\{ (toJson )?\\.(Values\\.[A-Za-z.]+|Release\\.Namespace) }}");

  private Chart() {}

  /** What the chart is rendered with where nothing else is said. */
  static ObjectNode values() {
    ObjectNode values = Json.object();
    ObjectNode operator = values.putObject("operator").put("image", "").put("replicas", 2);
    ObjectNode resources = operator.putObject("resources");
    resources.putObject("requests").put("cpu", "100m").put("memory", "384Mi");
    resources.putObject("limits").put("memory", "384Mi");
    values.putObject("serving").put("image", "");
    values.putArray("imagePullSecrets");
    values.putObject("nodeSelector");
    values.putArray("tolerations");
    values.put("priorityClassName", "");
    return values;
  }

  /** The chart's manifests, as YAML documents. */
  static List<String> render(String namespace, JsonNode values) {
    return TEMPLATES.stream().map(name -> fill(text(name), namespace, values)).toList();
  }

  private static String fill(String template, String namespace, JsonNode values) {
    Matcher form = FORM.matcher(template);
    return form.replaceAll(found -> {
      String path = found.group(2);
      if (path.equals("Release.Namespace")) {
        return Matcher.quoteReplacement(namespace);
      }
      JsonNode value = values;
      for (String key : path.substring("Values.".length()).split("\\.", -1)) {
        value = value.path(key);
      }
      return Matcher.quoteReplacement(found.group(1) == null ? value.asText() : value.toString());
    });
  }

  private static String text(String name) {
    try (InputStream in = Chart.class.getResourceAsStream("/charts/naru/templates/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandException.failed("cannot read the chart: " + e.getMessage());
    }
  }
}
