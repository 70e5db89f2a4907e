package dev.naru.engine.kubernetes;

import dev.naru.spec.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kubelet's {@code /metrics/resource}, in Prometheus' text format, of which these four are read:
 *
 * <pre>
 * node_cpu_usage_seconds_total 5512.3 1764200000000
 * node_memory_working_set_bytes 1.2e+09 1764200000000
 * container_cpu_usage_seconds_total{container="main",namespace="bank",pod="fraud-x"} 3.2 1764200000000
 * container_memory_working_set_bytes{container="main",namespace="bank",pod="fraud-x"} 5.1e+07 1764200000000
 * </pre>
 *
 * @param node what the node uses; empty where either figure is absent
 * @param pods what the program of a pod uses, without what Naru put beside it
 */
record ResourceMetrics(Optional<Used> node, Map<Key, Used> pods) {
  private static final Pattern LINE =
      Pattern.compile(
          "(node|container)_(cpu_usage_seconds_total|memory_working_set_bytes)"
              + "(?:\\{([^}]*)\\})? ([0-9.eE+-]+) ([0-9]+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** A pod. */
  record Key(String namespace, String name) {}

  /**
   * What is used.
   *
   * @param cpu processor time since the start
   * @param at when that was measured, by the clock of the node
   * @param memory without what the system could give back
   */
  record Used(Duration cpu, Instant at, Bytes memory) {}

  private record Cpu(Duration time, Instant at) {}

  static ResourceMetrics read(String text) {
    Map<Key, Cpu> cpu = new HashMap<>();
    Map<Key, Bytes> memory = new HashMap<>();
    Key node = new Key("", "");
    text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(m -> {
          Optional<Key> key = m.group(1).equals("node") ? Optional.of(node) : main(m.group(3));
          double value = Double.parseDouble(m.group(4));
          if (key.isPresent() && m.group(2).startsWith("cpu")) {
            cpu.put(
                key.get(),
                new Cpu(
                    Duration.ofMillis(Math.round(value * 1000)),
                    Instant.ofEpochMilli(Long.parseLong(m.group(5)))));
          } else if (key.isPresent()) {
            memory.put(key.get(), new Bytes(Math.round(value)));
          }
        });
    Map<Key, Used> used = new HashMap<>();
    cpu.forEach((key, time) -> {
      Bytes bytes = memory.get(key);
      if (bytes != null) {
        used.put(key, new Used(time.time(), time.at(), bytes));
      }
    });
    return new ResourceMetrics(Optional.ofNullable(used.remove(node)), Map.copyOf(used));
  }

  /** Whose figure it is, if it is one of a pod's program. */
  private static Optional<Key> main(@org.jspecify.annotations.Nullable String labels) {
    Map<String, String> said = new HashMap<>();
    Matcher label = LABEL.matcher(labels == null ? "" : labels);
    while (label.find()) {
      said.put(label.group(1), label.group(2));
    }
    return Sight.MAIN.equals(said.get("container"))
        ? Optional.of(new Key(said.getOrDefault("namespace", ""), said.getOrDefault("pod", "")))
        : Optional.empty();
  }
}
