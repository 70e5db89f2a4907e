package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Program;
import dev.naru.spec.Resources;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the engine is made with.
 *
 * @param cluster which
 * @param reach what of it is looked at and worked in
 * @param systemImage reference by digest of Naru's own image: gateway, model server, files
 * @param ownPods what the pods that the operator makes have beside, as charts/naru writes it:
 *     {@code {"labels", "imagePullSecrets", "nodeSelector", "tolerations", "affinity",
 *     "priorityClassName"}}; empty for nothing
 * @param list the namespace with the list of images that may run, see {@link AllowedImages}; empty
 *     where the API server does not look at one
 * @param words arguments of Naru's own programs
 * @param clock the time
 */
public record KubernetesSettings(
    Cluster cluster,
    Reach reach,
    String systemImage,
    String ownPods,
    Optional<String> list,
    Words words,
    Clock clock) {
  /** The port that a gateway takes requests on in its pod. */
  public static final int GATEWAY_PORT = 8080;

  /** The port that a gateway is asked on by the control plane. */
  public static final int GATEWAY_ADMIN_PORT = 8081;

  /** The port of a gateway that Prometheus scrapes, without a token. */
  public static final int GATEWAY_METRICS_PORT = 8083;

  /** Arguments of Naru's own programs: they follow the image's entrypoint. */
  public interface Words {
    /**
     * Those of a model server that listens on all addresses of its pod.
     *
     * @param directory where the model's files are
     */
    List<String> modelServer(
        Program.ModelServer program, String directory, int port, Resources resources);

    /**
     * Those of a gateway that follows its namespace.
     *
     * @param directory where it may keep files
     * @param tokenFile with what it knows the control plane by
     */
    List<String> gateway(String namespace, String directory, String tokenFile);

    /** Those of the program that answers questions about a volume's files. */
    List<String> files(int port, String tokenFile);

    /**
     * Those of the program that tries links: {@code listen PORT}, {@code both PORT HOST PORT N}.
     */
    List<String> probe(List<String> words);

    /** Those of the program that kills what runs beside it in a pod, at that moment. */
    List<String> kill(Instant at);
  }
}
