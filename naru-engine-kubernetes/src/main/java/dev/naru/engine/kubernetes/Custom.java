package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the engine asks of the custom resources that groups are made for. */
final class Custom {
  static final String API = "naru.dev/v1alpha1";

  /** The Volume of models whose Training has no checkpoints. */
  static final String MODELS = "naru-models";

  private final KubernetesClient client;

  Custom(KubernetesClient client) {
    this.client = client;
  }

  Optional<GenericKubernetesResource> find(String namespace, Kind kind, String name) {
    return Trouble.call(
        "read " + kind.lower() + "/" + name,
        () ->
            Optional.ofNullable(
                client
                    .genericKubernetesResources(API, kind.word())
                    .inNamespace(namespace)
                    .withName(name)
                    .get()));
  }

  /** Whether a namespace has any workload. */
  boolean works(String namespace) {
    return Trouble.call(
        "look for workloads of namespace " + namespace,
        () ->
            Stream.of(Kind.PREPARATION, Kind.TRAINING, Kind.INFERENCE)
                .anyMatch(kind ->
                    !client
                        .genericKubernetesResources(API, kind.word())
                        .inNamespace(namespace)
                        .list(new ListOptionsBuilder().withLimit(1L).build())
                        .getItems()
                        .isEmpty()));
  }

  /** With their workload its groups go too; none where that is gone already. */
  List<OwnerReference> owner(GroupId id) {
    return find(id.project(), id.kind(), id.workload())
        .map(cr ->
            new OwnerReference(
                API,
                false,
                true,
                id.kind().word(),
                cr.getMetadata().getName(),
                cr.getMetadata().getUid()))
        .stream()
        .toList();
  }

  /** The Volume that a Training's models are on: that of its checkpoints, if it has any. */
  String modelVolume(String project, String training) {
    return find(project, Kind.TRAINING, training)
        .map(cr -> cr.<Object>get("spec", "checkpoints", "volume"))
        .map(Object::toString)
        .orElse(MODELS);
  }

  /** Where an Inference with an image of its own says that it is ready. */
  Optional<String> readyPath(GroupId id) {
    return id.kind() != Kind.INFERENCE
        ? Optional.empty()
        : find(id.project(), id.kind(), id.workload())
            .map(cr -> cr.<Object>get("spec", "ready"))
            .map(Object::toString);
  }
}
