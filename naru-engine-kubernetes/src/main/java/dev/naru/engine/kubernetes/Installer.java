package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts Naru's own objects into a cluster, and takes them out again. */
public final class Installer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern HOST = Pattern.compile("(?m)^\\s*host:\\s*\"?([^\"\\s]+)\"?\\s*$");

  private final KubernetesClient client;
  private final Consumer<String> say;

  /**
   * For a cluster.
   *
   * @param say gets what is being done, in words
   */
  public Installer(Cluster cluster, Consumer<String> say) {
    this.client = cluster.client();
    this.say = say;
  }

  /**
   * The registry that the cluster names by the ConfigMap {@code kube-public/local-registry-hosting}
   * (KEP-1755): {@code HOST:PORT/PREFIX}. Such a registry is a local one, reached by plain HTTP.
   */
  public Optional<String> registry() {
    ConfigMap map =
        Trouble.call(
            "look for the cluster's registry",
            () ->
                client
                    .configMaps()
                    .inNamespace("kube-public")
                    .withName("local-registry-hosting")
                    .get());
    String text =
        map == null || map.getData() == null
            ? ""
            : map.getData().getOrDefault("localRegistryHosting.v1", "");
    Matcher host = HOST.matcher(text);
    return host.find() ? Optional.of(host.group(1)) : Optional.empty();
  }

  /**
   * The control planes of the cluster.
   *
   * @throws NaruException REFUSED where the rights do not reach all namespaces
   */
  public List<Operator> operators() {
    return Operator.all(client);
  }

  /** The control plane in a namespace; empty where there is none, or it may not be looked at. */
  public Optional<Operator> operator(String namespace) {
    return Operator.in(client, namespace);
  }

  /** Whether the cluster knows the kinds of resources; an administrator's step. */
  public boolean knowsKinds() {
    return Trouble.call(
        "ask what the cluster knows", () -> client.getApiResources(Custom.API) != null);
  }

  /** Makes a namespace be there, with the restricted Pod Security Standard. */
  public void namespace(String namespace) {
    say.accept("applying namespace " + namespace);
    Trouble.run(
        "make namespace " + namespace,
        () ->
            client
                .resource(
                    new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .fieldManager("naru")
                .serverSideApply());
  }

  /**
   * Makes all these objects be there, definitions first, and waits until the operator runs.
   *
   * @param documents YAML, one or more documents each
   * @throws NaruException with what the cluster said; what was applied stays and is applied again
   *     by the next try
   */
  public void apply(List<String> documents) {
    List<HasMetadata> objects = read(documents);
    List<HasMetadata> definitions =
        objects.stream().filter(CustomResourceDefinition.class::isInstance).toList();
    definitions.forEach(this::put);
    definitions.forEach(d ->
        await(
            d.getMetadata().getName() + " to be served",
            () -> established(d.getMetadata().getName())));
    objects.stream().filter(o -> !definitions.contains(o)).forEach(this::put);
    for (HasMetadata object : objects) {
      if (object instanceof Deployment) {
        String namespace = object.getMetadata().getNamespace();
        String name = object.getMetadata().getName();
        await("deployment " + name + " to run", () -> available(namespace, name));
      }
    }
  }

  private List<HasMetadata> read(List<String> documents) {
    List<HasMetadata> objects = new ArrayList<>();
    for (String text : documents) {
      objects.addAll(
          client
              .load(
                  new java.io.ByteArrayInputStream(
                      text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
              .items());
    }
    return objects;
  }

  private void put(HasMetadata object) {
    String what =
        object.getKind().toLowerCase(java.util.Locale.ROOT) + " " + object.getMetadata().getName();
    say.accept("applying " + what);
    Trouble.apply(client, "apply " + what, object);
  }

  private Optional<String> established(String name) {
    CustomResourceDefinition crd =
        client.apiextensions().v1().customResourceDefinitions().withName(name).get();
    boolean served =
        crd != null
            && crd.getStatus() != null
            && crd.getStatus().getConditions() != null
            && crd.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    return served ? Optional.empty() : Optional.of("the API server does not serve it yet");
  }

  private Optional<String> available(String namespace, String name) {
    Deployment deployment = client.apps().deployments().inNamespace(namespace).withName(name).get();
    if (deployment != null
        && deployment.getStatus() != null
        && deployment
            .getMetadata()
            .getGeneration()
            .equals(deployment.getStatus().getObservedGeneration())) {
      int wanted = deployment.getSpec().getReplicas();
      int updated = Optional.ofNullable(deployment.getStatus().getUpdatedReplicas()).orElse(0);
      int ready = Optional.ofNullable(deployment.getStatus().getReadyReplicas()).orElse(0);
      int all = Optional.ofNullable(deployment.getStatus().getReplicas()).orElse(0);
      if (updated >= wanted && ready >= wanted && all == updated) {
        return Optional.empty();
      }
    }
    Map<String, String> labels = Map.of("app.kubernetes.io/name", name);
    return Optional.of(
        client.pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
            .map(Installer::trouble)
            .filter(t -> !t.isEmpty())
            .findFirst()
            .orElse("its pods are not ready yet"));
  }

  private static String trouble(Pod pod) {
    if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
      return Sight.message(pod);
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(c -> c.getState() != null && c.getState().getWaiting() != null)
        .findFirst()
        .map(c ->
            "pod %s: %s%s"
                .formatted(
                    pod.getMetadata().getName(),
                    c.getState().getWaiting().getReason(),
                    c.getState().getWaiting().getMessage() == null
                        ? ""
                        : ": " + c.getState().getWaiting().getMessage()))
        .orElseGet(() -> Sight.message(pod));
  }

  private interface Look {
    Optional<String> why();
  }

  private void await(String what, Look look) {
    long end = System.nanoTime() + LIMIT.toNanos();
    String said = "";
    while (true) {
      Optional<String> why = Trouble.call("wait for " + what, look::why);
      if (why.isEmpty()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new NaruException(
            Code.FAILED,
            "waited %d minutes for %s: %s".formatted(LIMIT.toMinutes(), what, why.get()));
      }
      if (!why.get().equals(said)) {
        said = why.get();
        say.accept("waiting for " + what + ": " + said);
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NaruException(Code.CONFLICT, "interrupted while waiting for " + what, e);
      }
    }
  }

  /**
   * Removes these objects but definitions, with which all resources would go, and priority classes,
   * without which no pod of what runs could be made again. What runs goes on.
   */
  public void remove(List<String> documents) {
    for (HasMetadata object : read(documents)) {
      if (!(object instanceof CustomResourceDefinition || object instanceof PriorityClass)) {
        say.accept(
            "removing "
                + object.getKind().toLowerCase(java.util.Locale.ROOT)
                + " "
                + object.getMetadata().getName());
        try {
          client.resource(object).delete();
        } catch (KubernetesClientException e) {
          throw Trouble.of("remove " + object.getMetadata().getName(), e);
        }
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
