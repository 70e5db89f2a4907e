package dev.naru.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Preparation, a Training or an Inference. */
public sealed interface Workload extends Resource permits Preparation, Training, Inference {
  /**
   * The form of a link's far end: a name, an IPv4 or a bracketed IPv6 address, a port, and its
   * protocol where that is not TCP.
   */
  String HOST_PORT =
      "([A-Za-z0-9_]([-A-Za-z0-9_.]{0,251}[A-Za-z0-9_])?|\\[[0-9A-Fa-f:.]{2,45}\\]):"
          + "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(/(tcp|udp))?";

  /** What the specs of all workloads have; the same record as {@link #spec()}. */
  default Common common() {
    return (Common) spec();
  }

  /** What the specs of all workloads have. */
  sealed interface Common permits Preparation.Spec, Training.Spec, Inference.Spec {
    /** Arguments to {@code java -jar}, or to {@code python} in the source folder. */
    List<String> command();

    /** Environment beside the contract's. */
    Map<String, String> env();

    /** Secrets that every replica finds as files. */
    List<SecretFile> secrets();

    /** What one replica reserves. */
    Resources resources();

    /** What one replica may use at most. */
    Limits limits();

    /** Whether undeclared connections must be impossible; empty means as well as the engine can. */
    Optional<Isolation> isolation();

    /**
     * Declared connections of this workload, {@code host:port} or {@code host:port/udp}; the host
     * {@code NAME-infer} is the Inference NAME of the project.
     */
    List<String> egress();

    /**
     * Addresses outside that may call this workload, each with the port here that they may call.
     */
    List<String> ingress();

    /** Time from SIGTERM to SIGKILL. */
    Duration grace();
  }

  /** Demands on links. */
  enum Isolation {
    /** Undeclared connections are impossible, or the file is refused. */
    required
  }
}
