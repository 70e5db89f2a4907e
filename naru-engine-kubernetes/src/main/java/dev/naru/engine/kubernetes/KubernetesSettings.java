package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Program;
import dev.naru.spec.Resources;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What the engine is made with.
 *
 * @param cluster which
 * @param namespace the only one that is worked in; empty for all of the cluster
 * @param systemImage reference by digest of Naru's own image: gateway, model server, files
 * @param words arguments of Naru's own programs
 * @param clock the time
 */
public record KubernetesSettings(
    Cluster cluster, Optional<String> namespace, String systemImage, Words words, Clock clock) {
  /** The port that a gateway takes requests on in its pod. */
  public static final int GATEWAY_PORT = 8080;

  /** The port that a gateway is asked on by the control plane. */
  public static final int GATEWAY_ADMIN_PORT = 8081;

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

    /** Those of the program that kills what runs beside it in a pod. */
    List<String> kill();
  }
}
