package dev.naru.server.api;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Map;
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
    Metrics.write(
        out, control.figures(), control.live(), live -> statuses.standing(live).phase().name());
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
}
