package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The images that may run in each namespace, as the API server itself looks them up for every pod:
 * an object of kind VerifiedImages beside the operator with a key {@code <namespace>.<64
 * hexadecimal digits of the manifest's digest>} for each, and the reference that was verified as
 * its value. What was entered stays until it is taken away, so the healing of what runs waits for
 * nobody. May be used by several threads, and by several processes, at once.
 */
final class AllowedImages {
  static final String NAME = ImagePolicy.NAME;

  private static final String KIND = "VerifiedImages";

  private static final Pattern BY_DIGEST = Pattern.compile("[^@\\s]+@sha256:([0-9a-f]{64})");

  private final KubernetesClient client;
  private final Optional<String> namespace;

  /** What belongs in the list, as this process knows: entered, or read at the beginning. */
  private final Map<String, String> known = new ConcurrentHashMap<>();

  private AllowedImages(KubernetesClient client, Optional<String> namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * The list of a cluster.
   *
   * @param namespace of the list, the operator's own
   */
  static AllowedImages in(KubernetesClient client, String namespace) {
    return new AllowedImages(client, Optional.of(namespace));
  }

  /** Where nobody looks at a list: everything may run. */
  static AllowedImages all(KubernetesClient client) {
    return new AllowedImages(client, Optional.empty());
  }

  /** The key of an image in a namespace; empty for one that is not named by digest. */
  static Optional<String> key(String project, String image) {
    Matcher digest = BY_DIGEST.matcher(image);
    return digest.matches() ? Optional.of(project + "." + digest.group(1)) : Optional.empty();
  }

  /**
   * Enters an image that was verified. The API server may see it some moments later.
   *
   * @param image a reference by digest
   */
  void allow(String project, String image) {
    String key =
        key(project, image)
            .orElseThrow(() -> new IllegalArgumentException(image + " is not by digest"));
    if (namespace.isPresent() && !known.containsKey(key)) {
      change(Map.of(key, image), Set.of());
      known.put(key, image);
    }
  }

  /**
   * Reads the list of a cluster. Where there is none yet, it begins with what runs already: that
   * was let in when nobody asked for a signature.
   *
   * @param running images of the places where Naru's work runs, by namespace; asked for only then
   */
  void open(Supplier<Map<String, Set<String>>> running) {
    Optional<Map<String, String>> there = read();
    there.ifPresent(known::putAll);
    if (there.isEmpty()) {
      running
          .get()
          .forEach((project, images) ->
              images.forEach(i -> key(project, i).ifPresent(k -> known.put(k, i))));
      change(known, Set.of());
    }
  }

  /**
   * Looks at the list of a cluster again: what belongs there and is gone is entered again, and what
   * is of a namespace without work of ours is taken away.
   *
   * @param works whether there is work in a namespace
   */
  void tidy(Predicate<String> works) {
    known.keySet().removeIf(key -> !works.test(project(key)));
    Map<String, String> missing = new HashMap<>(known);
    Set<String> idle = new HashSet<>();
    for (String key : read().orElse(Map.of()).keySet()) {
      missing.remove(key);
      if (!works.test(project(key))) {
        idle.add(key);
      }
    }
    if (!missing.isEmpty() || !idle.isEmpty()) {
      change(missing, idle);
    }
  }

  private Optional<Map<String, String>> read() {
    GenericKubernetesResource there =
        Trouble.call("read the list of allowed images", () -> list().withName(NAME).get());
    return Optional.ofNullable(there)
        .map(o -> o.getAdditionalProperties().get("data") instanceof Map<?, ?> m ? m : Map.of())
        .map(AllowedImages::texts);
  }

  private static Map<String, String> texts(Map<?, ?> data) {
    return data.entrySet().stream()
        .collect(Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().toString()));
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      list() {
    return client.genericKubernetesResources(Custom.API, KIND).inNamespace(namespace.orElseThrow());
  }

  private static String project(String key) {
    return key.substring(0, key.lastIndexOf('.'));
  }

  /** Changes these entries and no others, whoever writes at the same time. */
  private void change(Map<String, String> entered, Set<String> removed) {
    ObjectNode patch = CrObject.object();
    ObjectNode data = patch.putObject("data");
    entered.forEach(data::put);
    removed.forEach(data::putNull);
    Trouble.run(
        "write the list of allowed images",
        () -> {
          try {
            patch(patch.toString());
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
              throw e;
            }
            make();
            patch(patch.toString());
          }
        });
  }

  private void patch(String patch) {
    list().withName(NAME).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  /** It has no owner: what runs goes on where the operator is removed and comes again. */
  private void make() {
    try {
      client
          .resource(
              new GenericKubernetesResourceBuilder()
                  .withApiVersion(Custom.API)
                  .withKind(KIND)
                  .withNewMetadata()
                  .withName(NAME)
                  .withNamespace(namespace.orElseThrow())
                  .addToLabels(Labels.MANAGED_BY, Labels.NARU)
                  .endMetadata()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw e;
      }
    }
  }
}
