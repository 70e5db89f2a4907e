package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The images that may run in each namespace, as the API server itself looks them up for every pod:
 * a ConfigMap beside the operator with a key {@code <namespace>.<64 hexadecimal digits of the
 * manifest's digest>} for each, and the reference that was verified as its value. What was entered
 * stays until it is taken away, so the healing of what runs waits for nobody. May be used by
 * several threads, and by several processes, at once.
 */
final class AllowedImages {
  static final String NAME = ImagePolicy.NAME;

  private static final Pattern BY_DIGEST = Pattern.compile("[^@]+@sha256:([0-9a-f]{64})");

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
      change(Map.of(key, Optional.of(image)));
      known.put(key, image);
    }
  }

  /**
   * Reads the list. Where there is none yet, it begins with what runs already: that was let in when
   * nobody asked for a signature, and is refused as soon as a policy does not let it pass.
   *
   * @param running namespace and image of each place where Naru's work runs
   */
  void open(Supplier<Map<String, Set<String>>> running) {
    if (namespace.isEmpty()) {
      return;
    }
    Optional<Map<String, String>> there = read();
    if (there.isPresent()) {
      known.putAll(there.get());
      return;
    }
    Map<String, Optional<String>> first = new LinkedHashMap<>();
    running
        .get()
        .forEach((project, images) ->
            images.forEach(i -> key(project, i).ifPresent(k -> first.put(k, Optional.of(i)))));
    change(first);
    first.forEach((key, image) -> known.put(key, image.orElseThrow()));
  }

  /**
   * Looks at the list again: what belongs there and is gone is entered again, and what is of a
   * namespace without work of ours is taken away.
   *
   * @param works whether there is work in a namespace
   */
  void tidy(Predicate<String> works) {
    if (namespace.isEmpty()) {
      return;
    }
    Map<String, String> listed = read().orElse(Map.of());
    Map<String, Optional<String>> changes = new LinkedHashMap<>();
    known.forEach((key, image) -> {
      if (!listed.containsKey(key)) {
        changes.put(key, Optional.of(image));
      }
    });
    Stream.concat(listed.keySet().stream(), Set.copyOf(known.keySet()).stream())
        .filter(key -> !works.test(project(key)))
        .forEach(key -> changes.put(key, Optional.empty()));
    known.keySet().removeIf(key -> !works.test(project(key)));
    if (!changes.isEmpty()) {
      change(changes);
    }
  }

  /** Takes images away, by their keys: the next start of each is refused. */
  void forbid(Collection<String> keys) {
    known.keySet().removeAll(keys);
    if (!keys.isEmpty() && namespace.isPresent()) {
      Map<String, Optional<String>> changes = new LinkedHashMap<>();
      keys.forEach(k -> changes.put(k, Optional.empty()));
      change(changes);
    }
  }

  /** All of it: the references by key; empty where there is no list. */
  Map<String, String> listed() {
    return namespace.isEmpty() ? Map.of() : read().orElse(Map.of());
  }

  private Optional<Map<String, String>> read() {
    ConfigMap there =
        Trouble.call(
            "read the list of allowed images",
            () -> client.configMaps().inNamespace(namespace.orElseThrow()).withName(NAME).get());
    return Optional.ofNullable(there)
        .map(m -> Objects.requireNonNullElse(m.getData(), Map.<String, String>of()));
  }

  private static String project(String key) {
    return key.substring(0, key.lastIndexOf('.'));
  }

  /** Changes entries and no others, whoever writes at the same time. */
  private void change(Map<String, Optional<String>> entries) {
    StringBuilder data = new StringBuilder();
    entries.forEach((key, image) -> {
      data.append(data.isEmpty() ? "" : ",")
          .append('"')
          .append(key)
          .append("\":")
          .append(image.map(i -> '"' + i + '"').orElse("null"));
    });
    String patch = "{\"data\":{" + data + "}}";
    Trouble.run(
        "write the list of allowed images",
        () -> {
          try {
            patch(patch);
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
              throw e;
            }
            make();
            patch(patch);
          }
        });
  }

  private void patch(String patch) {
    client
        .configMaps()
        .inNamespace(namespace.orElseThrow())
        .withName(NAME)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  /** It has no owner: what runs goes on where the operator is removed and comes again. */
  private void make() {
    try {
      client
          .resource(
              new ConfigMapBuilder()
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
