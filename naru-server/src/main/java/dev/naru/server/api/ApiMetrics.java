package dev.naru.server.api;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the API's requests, and writes {@code /metrics}. */
final class ApiMetrics implements Filter {
  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final LongAdder nanos = new LongAdder();

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long begin = System.nanoTime();
    String method = request.prologue().method().text();
    response.whenSent(() -> {
      nanos.add(System.nanoTime() - begin);
      // Paths are not a label: they hold names that clients choose.
      String known = method.matches("GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH") ? method : "other";
      requests
          .computeIfAbsent(known + " " + response.status().code(), _ -> new LongAdder())
          .increment();
    });
    chain.proceed();
  }

  String text(Control control, Statuses statuses) {
    Exposition out = new Exposition();
    api(out);
    loop(out, control.figures());
    Map<String, Integer> phases = new TreeMap<>();
    for (Live live : control.live()) {
      phases.merge(
          live.stored().key().kind().lower() + " " + statuses.standing(live).phase(),
          1,
          Integer::sum);
    }
    out.name("naru_resources", "gauge", "Resources by kind and phase.");
    phases.forEach((key, count) -> {
      String[] parts = key.split(" ", 2);
      out.sample("naru_resources", count, "kind", parts[0], "phase", parts[1]);
    });
    WorkloadMetrics.write(out, control.live());
    control.gatewayStats().ifPresent(stats -> WorkloadMetrics.write(out, stats));
    return out.toString();
  }

  private void api(Exposition out) {
    out.name("naru_api_requests_total", "counter", "Requests to the API, by method and status.");
    requests.forEach((key, count) -> {
      String[] parts = key.split(" ", 2);
      out.sample("naru_api_requests_total", count.sum(), "method", parts[0], "status", parts[1]);
    });
    out.name("naru_api_request_seconds_total", "counter", "Time spent on requests to the API.")
        .sample("naru_api_request_seconds_total", nanos.sum() / 1e9);
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
  }
}
