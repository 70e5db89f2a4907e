package dev.naru.serving.gateway;

import java.util.function.ToLongFunction;

/** The metrics in Prometheus' text format 0.0.4. On the loop. */
final class MetricsText {
  private final StringBuilder out = new StringBuilder(4096);
  private final DataPlane plane;

  private MetricsText(DataPlane plane) {
    this.plane = plane;
  }

  static String write(DataPlane plane) {
    return new MetricsText(plane).all();
  }

  private String all() {
    head("connections", "gauge", "Client connections that are open.");
    out.append("naru_gateway_connections ").append(plane.connections()).append('\n');
    each(
        "requests_total", "counter", "Requests that named this route.", s -> s.counters().arrivals);
    each(
        "completed_total",
        "counter",
        "Requests answered by a replica.",
        s -> s.counters().completed);
    each("failed_total", "counter", "Requests that no replica answered.", s -> s.counters().failed);
    each(
        "rejected_total",
        "counter",
        "Requests refused while no replica was ready.",
        s -> s.counters().rejected);
    each(
        "cancelled_total",
        "counter",
        "Requests whose client went away.",
        s -> s.counters().cancelled);
    each(
        "retries_total",
        "counter",
        "Requests sent on to another replica.",
        s -> s.counters().retried);
    each("held", "gauge", "Requests held because no replica is ready.", s -> s.held().size());
    each("in_flight", "gauge", "Requests that are with a replica.", Service::inFlight);
    statuses();
    replicas();
    latency();
    return out.toString();
  }

  private void head(String name, String type, String help) {
    out.append("# HELP naru_gateway_").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE naru_gateway_").append(name).append(' ').append(type).append('\n');
  }

  private void each(String name, String type, String help, ToLongFunction<Service> value) {
    head(name, type, help);
    for (Service service : plane.services()) {
      line(name, service, "").append(value.applyAsLong(service)).append('\n');
    }
  }

  private void statuses() {
    head("responses_total", "counter", "Answers by class of their status.");
    for (Service service : plane.services()) {
      for (int i = 0; i < service.counters().statuses.length; i++) {
        line("responses_total", service, ",code=\"" + (i + 1) + "xx\"")
            .append(service.counters().statuses[i])
            .append('\n');
      }
    }
  }

  private void replicas() {
    head("replica_ready", "gauge", "1 where the replica may get requests.");
    for (Service service : plane.services()) {
      for (Replica replica : service.replicas()) {
        line("replica_ready", service, ",replica=\"" + escaped(replica.key()) + "\"")
            .append(replica.available() ? 1 : 0)
            .append('\n');
      }
    }
  }

  private void latency() {
    head("request_seconds", "histogram", "Time from a request's arrival to the end of its answer.");
    for (Service service : plane.services()) {
      Counters counters = service.counters();
      long sum = 0;
      for (int i = 0; i < counters.latencies.length; i++) {
        sum += counters.latencies[i];
        String bound = i < Counters.BUCKETS.length ? Double.toString(Counters.BUCKETS[i]) : "+Inf";
        line("request_seconds_bucket", service, ",le=\"" + bound + "\"").append(sum).append('\n');
      }
      line("request_seconds_sum", service, "").append(counters.latencySeconds).append('\n');
      line("request_seconds_count", service, "").append(sum).append('\n');
    }
  }

  private StringBuilder line(String name, Service service, String labels) {
    return out.append("naru_gateway_")
        .append(name)
        .append("{project=\"")
        .append(escaped(service.route().key().project()))
        .append("\",inference=\"")
        .append(escaped(service.route().key().inference()))
        .append('"')
        .append(labels)
        .append("} ");
  }

  /** A label's value: backslash, quote and line feed are escaped. */
  static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
