package dev.naru.examples.finance;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Progress lines on stdout, for whoever watches. */
record Progress(PrintStream out, int total) {

  /** One line, flushed. */
  void report(int step, Map<String, Double> metrics) {
    out.println(
        "naru:progress {\"step\":%d,\"total\":%d,\"metrics\":%s}"
            .formatted(step, total, json(metrics)));
    out.flush();
  }

  /** An object of numbers with six decimals. */
  static String json(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(
            metric -> String.format(Locale.ROOT, "\"%s\":%.6f", metric.getKey(), metric.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}
