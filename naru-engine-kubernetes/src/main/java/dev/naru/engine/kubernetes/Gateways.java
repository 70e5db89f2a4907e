package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import dev.naru.spec.Resources;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The gateways of a cluster: two in each namespace that serves, behind one Service. They follow the
 * EndpointSlices of their namespace, so they serve without a control plane.
 */
public final class Gateways {
  /** Name of the Deployment and of the Service, which listens on port 80. */
  public static final String NAME = "naru-gateway";

  private static final String FILES = "/naru/gateway";
  private static final String TOKEN = "/naru/token";
  private static final int REPLICAS = 2;
  private static final Resources RESOURCES = new Resources(new Cpu(100), Bytes.ofMebibytes(256));

  private final Setup settings;
  private final KubernetesClient client;
  private final Native seen;
  private final Tokens tokens;
  private final Set<String> kept = new HashSet<>();
  private final Map<String, PodPort> forwards = new ConcurrentHashMap<>();

  Gateways(Setup settings, Native seen, Tokens tokens) {
    this.settings = settings;
    this.client = settings.client();
    this.seen = seen;
    this.tokens = tokens;
  }

  /**
   * One gateway that can be asked.
   *
   * @param namespace its namespace
   * @param name of its pod
   * @param ip of its pod
   * @param token that it knows the control plane by
   * @param ready whether requests are sent to it
   */
  public record Place(String namespace, String name, String ip, String token, boolean ready) {}

  /** Makes the gateways of a namespace be there as this version has them; once a start. */
  public void keep(String namespace) {
    if (kept.contains(namespace)) {
      return;
    }
    tokens.ensure(namespace);
    settings.images().allowOwn(namespace, settings.systemImage());
    for (HasMetadata object : objects(namespace)) {
      Trouble.apply(client, "keep the gateway of namespace " + namespace, object);
    }
    kept.add(namespace);
  }

  /** Removes the gateways of a namespace that serves nothing any more. */
  public void remove(String namespace) {
    if (kept.remove(namespace) || seen.pods().stream().anyMatch(p -> isOf(p, namespace))) {
      SortedMap<String, String> labels = Labels.of(namespace, Labels.GATEWAY, NAME);
      Trouble.run(
          "remove the gateway of namespace " + namespace,
          () -> {
            client.apps().deployments().inNamespace(namespace).withLabels(labels).delete();
            client.services().inNamespace(namespace).withLabels(labels).delete();
            client
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withLabels(labels)
                .delete();
            GatewayRights.objects(meta(namespace, labels))
                .reversed()
                .forEach(r -> client.resource(r).delete());
          });
    }
  }

  /** What keeps all gateways of a namespace from running; empty where one runs, or may yet. */
  public Optional<Hindrance> hindrance(String namespace) {
    List<Pod> pods = seen.pods().stream().filter(p -> isOf(p, namespace)).toList();
    if (pods.stream().anyMatch(Sight::ready)) {
      return Optional.empty();
    }
    return Stream.concat(
            seen.deployment(namespace, NAME).map(ServiceReplicas::trouble).stream(),
            pods.stream().map(Sight::message))
        .flatMap(said -> Hindrance.of(said).stream())
        .findFirst();
  }

  private static boolean isOf(Pod pod, String namespace) {
    return pod.getMetadata().getNamespace().equals(namespace) && isGateway(pod);
  }

  private static boolean isGateway(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return Labels.GATEWAY.equals(labels.get(Labels.KIND)) && !Sight.terminating(pod);
  }

  /** The namespaces that have gateways. */
  public Set<String> namespaces() {
    Set<String> found = new HashSet<>(kept);
    seen.pods().stream()
        .filter(Gateways::isGateway)
        .forEach(p -> found.add(p.getMetadata().getNamespace()));
    return found;
  }

  /** The gateways that run. */
  public List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (Pod pod : seen.pods()) {
      if (isGateway(pod)
          && pod.getStatus() != null
          && pod.getStatus().getPodIP() != null
          && Sight.main(pod).filter(c -> c.getState().getRunning() != null).isPresent()) {
        String namespace = pod.getMetadata().getNamespace();
        places.add(
            new Place(
                namespace,
                pod.getMetadata().getName(),
                pod.getStatus().getPodIP(),
                tokens.of(namespace),
                Sight.ready(pod)));
      }
    }
    return places;
  }

  /**
   * A port of this machine that leads to a gateway of a namespace, through the API server.
   *
   * @throws NaruException NOT_FOUND where it has none that runs
   */
  public int dataPort(String namespace) {
    Place place =
        places().stream()
            .filter(p -> p.namespace().equals(namespace))
            // One that has begun a moment ago knows nothing yet.
            .max(Comparator.comparing(Place::ready))
            .orElseThrow(() ->
                new NaruException(
                    NaruException.Code.NOT_FOUND, "no gateway runs in namespace " + namespace));
    return forward(place, KubernetesSettings.GATEWAY_PORT);
  }

  /** The same to the port that a gateway is asked on. */
  public int adminPort(Place place) {
    return forward(place, KubernetesSettings.GATEWAY_ADMIN_PORT);
  }

  private int forward(Place place, int port) {
    return forwards
        .compute(
            place.ip() + ":" + port,
            (_, before) ->
                PodPort.kept(
                    before,
                    client,
                    new ObjectMetaBuilder()
                        .withNamespace(place.namespace())
                        .withName(place.name())
                        .build(),
                    port))
        .localPort();
  }

  private static ObjectMeta meta(String namespace, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace)
        .withName(NAME)
        .withLabels(labels)
        .build();
  }

  private List<HasMetadata> objects(String namespace) {
    SortedMap<String, String> labels = Labels.of(namespace, Labels.GATEWAY, NAME);
    List<HasMetadata> objects = new ArrayList<>(GatewayRights.objects(meta(namespace, labels)));
    objects.add(
        new ServiceBuilder()
            .withMetadata(meta(namespace, labels))
            .withNewSpec()
            .withSelector(labels)
            .addNewPort()
            .withName("http")
            .withPort(80)
            .withNewTargetPort(KubernetesSettings.GATEWAY_PORT)
            .endPort()
            .endSpec()
            .build());
    objects.add(
        new PodDisruptionBudgetBuilder()
            .withMetadata(meta(namespace, labels))
            .withNewSpec()
            .withNewMaxUnavailable(1)
            .withUnhealthyPodEvictionPolicy("AlwaysAllow")
            .withNewSelector()
            .withMatchLabels(labels)
            .endSelector()
            .endSpec()
            .build());
    objects.add(deployment(namespace, labels));
    return objects;
  }

  private HasMetadata deployment(String namespace, SortedMap<String, String> labels) {
    ContainerBuilder main =
        PodRecipe.container(
                Sight.MAIN,
                settings.systemImage(),
                settings.words().gateway(namespace, FILES, TOKEN + "/" + Tokens.KEY),
                RESOURCES,
                List.of(
                    PodRecipe.mount("files", FILES, false), PodRecipe.mount("token", TOKEN, true)))
            .addNewEnv()
            .withName("TMPDIR")
            .withValue(PodRecipe.TMP)
            .endEnv()
            .withPorts(
                PodRecipe.port("http", KubernetesSettings.GATEWAY_PORT),
                PodRecipe.port("admin", KubernetesSettings.GATEWAY_ADMIN_PORT),
                PodRecipe.port("metrics", KubernetesSettings.GATEWAY_METRICS_PORT))
            .withReadinessProbe(PodRecipe.probe(KubernetesSettings.GATEWAY_PORT, Optional.empty()))
            .withNewLifecycle()
            .withNewPreStop()
            .withNewSleep(3L)
            .endPreStop()
            .endLifecycle();
    List<Volume> volumes =
        new ArrayList<>(
            List.of(
                tokens.volume(),
                new VolumeBuilder().withName("files").withNewEmptyDir().endEmptyDir().build()));
    volumes.addAll(PodRecipe.scratch(RESOURCES));
    return new DeploymentBuilder()
        .withMetadata(meta(namespace, labels))
        .withNewSpec()
        .withReplicas(REPLICAS)
        .withRevisionHistoryLimit(1)
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withNewMaxUnavailable(0)
        .withNewMaxSurge(1)
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(labels)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(settings.ownPods().labelled(labels))
        .addToLabels(Labels.LINK, Labels.GATEWAY)
        .endMetadata()
        .withSpec(
            settings
                .priorities()
                .of(settings.ownPods().of(PodRecipe.spec(main.build(), volumes)), Kind.INFERENCE)
                .withServiceAccountName(NAME)
                .withAutomountServiceAccountToken(true)
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds(30L)
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }
}
