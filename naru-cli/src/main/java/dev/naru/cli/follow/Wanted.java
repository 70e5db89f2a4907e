package dev.naru.cli.follow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one workload of the file must reach.
 *
 * @param needs the workloads whose results it takes
 * @param generation the least {@code observedGeneration} that speaks of this file; 0 is any
 * @param run the run that the plan announced; empty where none
 */
public record Wanted(Kind kind, String ref, List<String> needs, long generation, String run) {
  private static final Pattern RUN = Pattern.compile("runs? as ([a-z][-a-z0-9]*-[0-9]+)");

  /** Copies the list. */
  public Wanted {
    needs = List.copyOf(needs);
  }

  /**
   * All workloads of a project in the order of the file.
   *
   * @param changes of the plan
   * @param generations of the answer to {@code up}, by ref; may be empty
   */
  public static List<Wanted> of(List<Resource> resources, JsonNode changes, JsonNode generations) {
    Map<String, String> runs = new HashMap<>();
    for (JsonNode change : changes) {
      runs.put(change.path("ref").asText(), announced(change));
    }
    List<Wanted> all = new ArrayList<>();
    for (Resource resource : resources) {
      if (resource instanceof Workload) {
        String ref = resource.ref();
        all.add(
            new Wanted(
                resource.kind(),
                ref,
                needs(resource),
                generations.path(ref).asLong(),
                runs.getOrDefault(ref, "")));
      }
    }
    return all;
  }

  private static String announced(JsonNode change) {
    if (change.path("run").isTextual()) {
      return change.path("run").asText();
    }
    Matcher words = RUN.matcher(change.path("detail").asText());
    return change.path("action").asText().equals("keep") || !words.find() ? "" : words.group(1);
  }

  private static List<String> needs(Resource resource) {
    return switch (resource) {
      case Preparation preparation -> inputs(preparation.spec().inputs());
      case Training training -> inputs(training.spec().inputs());
      case Inference inference ->
          inference.spec().model().map(m -> List.of("training/" + m.from())).orElse(List.of());
      default -> List.of();
    };
  }

  private static List<String> inputs(List<dev.naru.spec.Input> inputs) {
    return inputs.stream().map(i -> "preparation/" + i.from()).toList();
  }
}
