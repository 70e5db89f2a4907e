package dev.naru.server.api;

import dev.naru.core.state.Key;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** What a control loop tells Prometheus of itself and of the work. */
public final class Metrics {
  private Metrics() {}

  /**
   * What the control plane of a cluster tells that decides.
   *
   * @param figures of its loop
   * @param lives every resource
   * @param phase where a resource stands, in one word; empty where that is not known yet
   * @param undecodable resources that cannot be read
   * @param judges whether the webhook does; empty where there is none
   */
  public record Work(
      LoopFigures figures,
      Collection<Live> lives,
      Function<Live, String> phase,
      int undecodable,
      Optional<Boolean> judges) {}

  /**
   * Of a control plane of a cluster, in Prometheus' text format, version 0.0.4. What happens to
   * requests is counted by the gateways, which go on without it.
   *
   * @param work empty where it waits for the lease
   */
  public static String operator(Optional<Work> work) {
    Exposition out = new Exposition();
    gauge(out, "naru_operator_leads", "1 for the control plane that decides.", work.isPresent());
    work.ifPresent(w -> {
      write(out, w.figures(), w.lives(), w.phase());
      out.name("naru_undecodable_resources", "gauge", "Resources that cannot be read.")
          .sample("naru_undecodable_resources", w.undecodable());
      w.judges()
          .ifPresent(
              j -> gauge(out, "naru_webhook_judges", "1 while the webhook judges resources.", j));
    });
    return out.toString();
  }

  private static void gauge(Exposition out, String name, String help, boolean holds) {
    out.name(name, "gauge", help).sample(name, holds ? 1 : 0);
  }

  static void write(
      Exposition out, LoopFigures figures, Collection<Live> lives, Function<Live, String> phase) {
    loop(out, figures);
    phases(out, lives, phase);
    WorkloadMetrics.write(out, lives);
  }

  private static void loop(Exposition out, LoopFigures figures) {
    out.name("naru_loop_passes_total", "counter", "Times the control loop looked at everything.")
        .sample("naru_loop_passes_total", figures.passes());
    out.name("naru_loop_failures_total", "counter", "Passes of the control loop with an error.")
        .sample("naru_loop_failures_total", figures.failures());
    out.name("naru_loop_seconds_total", "counter", "Time in passes of the control loop.")
        .sample("naru_loop_seconds_total", figures.busy().toNanos() / 1e9);
    out.name("naru_loop_last_seconds", "gauge", "Time of the last pass of the control loop.")
        .sample("naru_loop_last_seconds", figures.last().toNanos() / 1e9);
    out.name("naru_loop_last_end_timestamp_seconds", "gauge", "When the last pass ended.")
        .sample("naru_loop_last_end_timestamp_seconds", figures.at().toEpochMilli() / 1e3);
  }

  private static void phases(Exposition out, Collection<Live> lives, Function<Live, String> phase) {
    Map<String, Integer> counts = new TreeMap<>();
    out.name("naru_resource_phase", "gauge", "1 for the phase that a resource is in.");
    for (Live live : lives) {
      Key key = live.stored().key();
      String word = phase.apply(live);
      counts.merge(key.kind().lower() + " " + word, 1, Integer::sum);
      if (!word.isEmpty()) {
        WorkloadMetrics.sample(out, "naru_resource_phase", 1, key, "phase", word);
      }
    }
    out.name("naru_resources", "gauge", "Resources by kind and phase.");
    counts.forEach((key, count) -> {
      String[] parts = key.split(" ", 2);
      out.sample("naru_resources", count, "kind", parts[0], "phase", parts[1]);
    });
  }
}
