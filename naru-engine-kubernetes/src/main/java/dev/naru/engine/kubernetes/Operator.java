package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/**
 * A control plane that is in a cluster.
 *
 * @param namespace where it is
 * @param watched the only namespace that it works in; empty for all
 */
public record Operator(String namespace, String watched) {
  private static final String NAME = "naru-operator";

  /** Whether both would decide about the same namespace. */
  public boolean meets(Operator other) {
    return watched.isEmpty() || other.watched.isEmpty() || watched.equals(other.watched);
  }

  static List<Operator> all(KubernetesClient client) {
    return Trouble.call(
        "look for other operators",
        () ->
            client
                .apps()
                .deployments()
                .inAnyNamespace()
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems()
                .stream()
                .map(Operator::of)
                .toList());
  }

  static Optional<Operator> in(KubernetesClient client, String namespace) {
    try {
      return Trouble.call(
          "look for the operator of namespace " + namespace,
          () ->
              Optional.ofNullable(
                      client.apps().deployments().inNamespace(namespace).withName(NAME).get())
                  .map(Operator::of));
    } catch (NaruException e) {
      if (e.code() == Code.REFUSED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Operator of(Deployment deployment) {
    return new Operator(
        deployment.getMetadata().getNamespace(),
        deployment.getSpec().getTemplate().getSpec().getContainers().stream()
            .flatMap(c -> c.getEnv().stream())
            .filter(e -> e.getName().equals("NARU_WATCH_NAMESPACE") && e.getValue() != null)
            .map(EnvVar::getValue)
            .findFirst()
            .orElse(""));
  }
}
