package dev.naru.core.engine;

import dev.naru.spec.Inference;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/** The connections that a file declares; everything else is denied where the engine can. */
public final class Links {
  /** The port that the built-in model server listens on in its container. */
  public static final int MODEL_SERVER_PORT = 8080;

  /** What is behind the name of an Inference in its name on the network. */
  public static final String INFERENCE = "-infer";

  static final String EGRESS = "spec.egress";

  private Links() {}

  /** Those of one workload. */
  public static List<Link> of(Workload workload) {
    String self = workload.ref();
    List<Link> links = new ArrayList<>();
    if (workload instanceof Training training && training.spec().workers() > 1) {
      links.add(Link.whole(self, self, "spec.workers"));
    }
    if (workload instanceof Inference inference) {
      int port = inference.spec().port().orElse(MODEL_SERVER_PORT);
      links.add(new Link("gateway", self, port, Link.Protocol.TCP, "kind"));
    }
    for (String text : workload.common().egress()) {
      End end = End.parse(text);
      links.add(new Link(self, end.ref(), end.port(), end.protocol(), EGRESS));
    }
    for (String text : workload.common().ingress()) {
      End end = End.parse(text);
      links.add(new Link(end.host(), self, end.port(), end.protocol(), "spec.ingress"));
    }
    return links;
  }

  /** {@code host:port}, {@code host:port/udp}: the form was checked where the file was read. */
  private record End(String host, int port, Link.Protocol protocol) {
    static End parse(String text) {
      int slash = text.lastIndexOf('/');
      String place = slash < 0 ? text : text.substring(0, slash);
      int colon = place.lastIndexOf(':');
      return new End(
          place.substring(0, colon),
          Integer.parseInt(place.substring(colon + 1)),
          text.endsWith("/udp") ? Link.Protocol.UDP : Link.Protocol.TCP);
    }

    String ref() {
      return host.endsWith(INFERENCE) && !host.contains(".")
          ? "inference/" + host.substring(0, host.length() - INFERENCE.length())
          : host;
    }
  }
}
