package dev.naru.core.run;

import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Preparation;
import dev.naru.spec.Training;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Fingerprints of what a run depends on (design §6): an equal key means that there is nothing to
 * do.
 */
public final class RunKeys {
  private RunKeys() {}

  /**
   * The run key of a Preparation or Training: SHA-256 over one line per fact. Resources, recovery,
   * promotion rule, labels, volumes and Naru's version are not in it.
   *
   * @param imageDigest of its image
   * @param inputKey the run key of each input, by name of the Preparation
   * @return {@code sha256:<64 hex digits>}
   */
  public static String of(
      Workload workload, String imageDigest, Function<String, String> inputKey) {
    StringBuilder text = new StringBuilder("naru run key 1\n");
    line(text, "kind", workload.kind().word());
    line(text, "image", imageDigest);
    workload.common().command().forEach(word -> line(text, "command", word));
    workload.common().env().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> line(text, "env", e.getKey() + "=" + e.getValue()));
    List<Input> inputs =
        switch (workload) {
          case Preparation p -> {
            line(text, "shards", Integer.toString(p.spec().shards()));
            yield p.spec().inputs();
          }
          case Training t -> {
            line(text, "workers", Integer.toString(t.spec().workers()));
            yield t.spec().inputs();
          }
          case Inference _ ->
              throw new IllegalArgumentException("an Inference has no runs: " + workload.ref());
        };
    inputs.stream()
        .sorted(Comparator.comparing(Input::from))
        .forEach(i -> line(text, "input", i.from() + " " + inputKey.apply(i.from())));
    return TreeDigest.ofText(text.toString());
  }

  /** Each value is preceded by its length, so that no value can pass for two lines. */
  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(' ').append(value.length()).append(' ').append(value).append('\n');
  }
}
