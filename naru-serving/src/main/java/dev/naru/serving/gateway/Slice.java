package dev.naru.serving.gateway;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One EndpointSlice ({@code discovery.k8s.io/v1}) of the Service of a revision. The Service's
 * labels are on it; one without endpoints is there for a Service without pods.
 *
 * @param key the Inference
 * @param revision of it, label {@code naru.dev/run}
 * @param v2 whether its replicas speak the Open Inference Protocol V2, label {@code
 *     naru.dev/protocol}
 */
record Slice(RoutingTable.Key key, int revision, boolean v2, List<Endpoint> endpoints) {
  /** Labels of the slices that tell where replicas are. */
  static final String SELECTOR = "app.kubernetes.io/managed-by=naru,naru.dev/kind=inference";

  Slice {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * One pod.
   *
   * @param pod its name
   * @param serving whether the cluster finds it ready, be it terminating or not
   * @param terminating whether it was asked to stop
   */
  record Endpoint(String pod, InetSocketAddress address, boolean serving, boolean terminating) {}

  /**
   * Reads one.
   *
   * @param json the object, as maps and lists
   * @return empty where it is not of a revision
   */
  static Optional<Slice> read(@Nullable Object json) {
    Object metadata = at(json, "metadata");
    Object labels = at(metadata, "labels");
    String inference = text(at(labels, "naru.dev/name"));
    String run = text(at(labels, "naru.dev/run"));
    if (inference.isEmpty() || !run.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Slice(
            new RoutingTable.Key(text(at(metadata, "namespace")), inference),
            Integer.parseInt(run),
            text(at(labels, "naru.dev/protocol")).equals("v2"),
            endpoints(json)));
  }

  private static List<Endpoint> endpoints(@Nullable Object json) {
    List<Endpoint> found = new ArrayList<>();
    for (Object port : list(at(json, "ports"))) {
      if (at(port, "port") instanceof Long number) {
        for (Object endpoint : list(at(json, "endpoints"))) {
          endpoint(endpoint, number.intValue()).ifPresent(found::add);
        }
        break; // Services of revisions have one port.
      }
    }
    return found;
  }

  private static Optional<Endpoint> endpoint(@Nullable Object json, int port) {
    List<?> addresses = list(at(json, "addresses"));
    InetAddress host =
        addresses.isEmpty()
            ? null
            : NetUtil.createInetAddressFromIpAddressString(text(addresses.getFirst()));
    if (host == null) {
      return Optional.empty();
    }
    Object conditions = at(json, "conditions");
    String pod = text(at(at(json, "targetRef"), "name"));
    // An absent condition is unknown: the API says to take it for ready, and for not terminating.
    boolean serving = truth(conditions, "serving", truth(conditions, "ready", true));
    return Optional.of(
        new Endpoint(
            pod.isEmpty() ? host.getHostAddress() : pod,
            new InetSocketAddress(host, port),
            serving,
            truth(conditions, "terminating", false)));
  }

  /** A field of an object; null where there is none. */
  static @Nullable Object at(@Nullable Object json, String field) {
    return json instanceof Map<?, ?> map ? map.get(field) : null;
  }

  static List<?> list(@Nullable Object json) {
    return json instanceof List<?> list ? list : List.of();
  }

  /** A text; empty where it is none. */
  static String text(@Nullable Object json) {
    return json instanceof String text ? text : "";
  }

  private static boolean truth(@Nullable Object json, String field, boolean otherwise) {
    return at(json, field) instanceof Boolean truth ? truth : otherwise;
  }
}
