package dev.naru.serving.gateway;

import dev.naru.serving.http.JsonText;

/** The answer to {@code GET /stats}. On the loop. */
final class StatsJson {
  private StatsJson() {}

  static String write(DataPlane plane, long startedAtMillis) {
    StringBuilder out = new StringBuilder(512);
    out.append("{\"seq\":")
        .append(plane.notices().sequence())
        .append(",\"version\":")
        .append(plane.version())
        .append(",\"pid\":")
        .append(ProcessHandle.current().pid())
        .append(",\"startedAt\":")
        .append(startedAtMillis)
        .append(",\"routes\":[");
    String separator = "";
    for (Service service : plane.services()) {
      out.append(separator);
      route(out, service);
      separator = ",";
    }
    return out.append("]}\n").toString();
  }

  private static void route(StringBuilder out, Service service) {
    RoutingTable.Key key = service.route().key();
    Counters counters = service.counters();
    out.append("{\"project\":\"").append(key.project());
    out.append("\",\"inference\":\"").append(key.inference()).append('"');
    number(out, "arrivals", counters.arrivals);
    number(out, "completed", counters.completed);
    number(out, "failed", counters.failed);
    number(out, "rejected", counters.rejected);
    number(out, "cancelled", counters.cancelled);
    number(out, "held", service.held().size());
    number(out, "inFlight", service.inFlight());
    number(out, "serviceMicrosTotal", counters.serviceMicros);
    number(out, "serviceCount", counters.completed);
    number(out, "slow", counters.slow);
    out.append(",\"lastRequestAt\":");
    if (counters.lastArrival == 0) {
      out.append("null");
    } else {
      out.append(counters.lastArrival);
    }
    out.append(",\"replicas\":[");
    String separator = "";
    for (Replica replica : service.replicas()) {
      JsonText.quote(out.append(separator).append("{\"id\":"), replica.id());
      out.append(",\"ready\":").append(replica.ready());
      number(out, "inFlight", replica.outstanding());
      number(out, "completed", replica.completed());
      number(out, "failures", replica.failures());
      out.append(",\"draining\":").append(replica.draining()).append('}');
      separator = ",";
    }
    out.append("]}");
  }

  private static void number(StringBuilder out, String name, long value) {
    out.append(",\"").append(name).append("\":").append(value);
  }
}
