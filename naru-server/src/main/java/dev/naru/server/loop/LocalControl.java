package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Store;
import dev.naru.engine.kubernetes.Cluster;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.engine.kubernetes.KubernetesSettings;
import dev.naru.engine.kubernetes.Reach;
import dev.naru.engine.local.ProcessEngine;
import dev.naru.engine.local.ProcessSettings;
import dev.naru.engine.local.docker.DockerEngine;
import dev.naru.engine.local.docker.DockerLoader;
import dev.naru.engine.local.docker.DockerSettings;
import dev.naru.image.ImageSettings;
import dev.naru.image.secret.HomeSecrets;
import dev.naru.server.api.Control;
import dev.naru.server.api.ControlFactory;
import dev.naru.server.json.Json;
import dev.naru.server.json.RecordJson;
import dev.naru.server.programs.ClusterWords;
import dev.naru.server.programs.ContainerImages;
import dev.naru.server.programs.DistPrograms;
import dev.naru.server.trust.ImageTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control loop of a home whose engine is {@code process} or {@code docker}. */
public final class LocalControl implements ControlFactory {
  private static final String HOST = "docker.host";
  private static final String DOCKER_HOST = "DOCKER_HOST";
  private static final String KUBECONFIG = "KUBECONFIG";

  private final Path jdk;
  private final Optional<Path> dist;
  private final Map<String, String> env;

  /**
   * With what runs Java.
   *
   * @param jdk home of the JDK that runs Naru's programs and {@code java: 25} images
   * @param dist the folder that the launcher built, with {@code serving.cp}; empty runs gateway and
   *     model server from this program's own class path
   * @param env the environment: DOCKER_HOST, NARU_DOCKER_SUBNETS, NARU_REGISTRY,
   *     NARU_INSECURE_REGISTRIES
   */
  public LocalControl(Path jdk, Optional<Path> dist, Map<String, String> env) {
    this.jdk = jdk;
    this.dist = dist;
    this.env = Map.copyOf(env);
  }

  @Override
  public Control start(Parts parts) {
    return switch (parts.engine()) {
      case "docker" -> docker(parts);
      case "kubernetes" -> kubernetes(parts);
      default -> process(parts);
    };
  }

  private Control kubernetes(Parts parts) {
    String given = env.getOrDefault(KUBECONFIG, "").strip();
    Path remembered = parts.home().resolve("engine/kubeconfig");
    String config = given.isEmpty() ? read(remembered) : given;
    Map<String, String> surroundings = new HashMap<>(env);
    surroundings.put(KUBECONFIG, config);
    Cluster cluster = Cluster.of(surroundings, Optional.ofNullable(env.get("NARU_CONTEXT")));
    cluster.check();
    String asked = env.getOrDefault("NARU_NAMESPACE", "");
    Reach reach = Reach.asked(cluster, asked.isEmpty() ? cluster.namespace() : asked);
    CrStore resources =
        CrStore.open(
            cluster,
            reach,
            cluster.namespace(),
            false,
            state -> Json.text(RecordJson.write(state, State.class)),
            text -> RecordJson.read(Json.read(text, "a state"), State.class));
    try {
      KubernetesEngine engine =
          new KubernetesEngine(
              new KubernetesSettings(
                  cluster,
                  reach,
                  "",
                  "",
                  Optional.empty(),
                  // The operator alone makes model servers.
                  new ClusterWords(List::of),
                  parts.clock()),
              false);
      write(remembered, config);
      return new ClusterControl(parts, engine, resources, cluster, reach);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private Control process(Parts parts) {
    Path home = parts.home();
    Engine engine =
        new ProcessEngine(
            ProcessSettings.of(home, jdk, new DistPrograms(jdk, dist, home))
                .with(new HomeSecrets(home, parts.clock())));
    return start(parts, engine, "");
  }

  private Control docker(Parts parts) {
    String host = host(parts.store());
    Map<String, String> surroundings = new HashMap<>(env);
    surroundings.put(DOCKER_HOST, host);
    Path home = parts.home();
    ImageSettings building = ImageSettings.of(home, env);
    ContainerImages images =
        new ContainerImages(
            home,
            building,
            dist,
            ImageTrust.ofHome(home, building.plainHttp(), parts.store()::audit, parts.clock()),
            new DockerLoader(host, DockerSettings.PATIENCE));
    DockerSettings settings =
        DockerSettings.of(home, images, surroundings).with(new HomeSecrets(home, parts.clock()));
    return start(parts, new DockerEngine(settings), host);
  }

  /** Commands read this too: what is named once need not be named again. */
  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot read " + file + ": " + e, e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot write " + file + ": " + e, e);
    }
  }

  /** The engine that this home's projects are on, else the one that the environment names. */
  private String host(Store store) {
    Optional<String> before = store.value(HOST).filter(_ -> !store.all().isEmpty());
    String given = env.getOrDefault(DOCKER_HOST, "").strip();
    String host = given.isEmpty() ? before.orElse(DockerSettings.DEFAULT_HOST) : given;
    if (before.isPresent() && !before.get().equals(host)) {
      throw new NaruException(
          Code.INVALID,
          "cannot use DOCKER_HOST="
              + host
              + ": the projects of this home are on the Docker Engine at "
              + before.get()
              + "; unset DOCKER_HOST, remove them by naru down --purge, or set NARU_HOME to another"
              + " folder");
    }
    store.putValue(HOST, host);
    return host;
  }

  private static Control start(Parts parts, Engine engine, String address) {
    try {
      // Where nothing is wanted yet, an engine that is away is told at once; else it is waited for.
      if (parts.store().all().stream().noneMatch(s -> s.desired() == Stored.Desired.UP)) {
        engine.nodes();
      }
      return LoopControl.start(parts, engine, address);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }
}
