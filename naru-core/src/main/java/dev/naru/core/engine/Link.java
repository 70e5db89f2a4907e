package dev.naru.core.engine;

/**
 * A declared connection; what is not declared is denied where the engine can.
 *
 * @param from who opens it: {@code training/fraud}, {@code gateway}, an address for ingress
 * @param to whom: {@code training/fraud} (its own ranks), {@code inference/fraud}, a host outside
 * @param port of {@code to}, 1 to 65535; 0 for every port, of both protocols
 * @param protocol of {@code port}; ANY where that is 0
 * @param why the field of the file that declares it
 */
public record Link(String from, String to, int port, Protocol protocol, String why) {
  /** What a connection speaks. */
  public enum Protocol {
    /** Both of the others. */
    ANY,
    /** Connections. */
    TCP,
    /** Datagrams, with answers to who sent them. */
    UDP
  }

  /** Every port, both protocols. */
  public static Link whole(String from, String to, String why) {
    return new Link(from, to, 0, Protocol.ANY, why);
  }

  /** Whether it leads to an Inference of the same project. */
  public boolean inside() {
    return to.startsWith("inference/");
  }

  /** Whether a workload opens it that declares it: so not the gateway, a gang, an ingress. */
  public boolean egress() {
    return why.equals(Links.EGRESS);
  }

  /** What the program dials: a host outside as it is, {@code fraud-infer} for an Inference. */
  public String host() {
    return inside() ? to.substring("inference/".length()) + Links.INFERENCE : to;
  }

  /** {@code 5432/tcp}; empty for every port. */
  public String ports() {
    return port == 0 ? "" : port + "/" + protocol.name().toLowerCase(java.util.Locale.ROOT);
  }
}
