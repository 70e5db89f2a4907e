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
 * its value, after {@code own} and a space where it is Naru's own image. What was entered stays
 * until it is taken away, so the healing of what runs waits for nobody. May be used by several
 * threads, and by several processes, at once.
 */
final class AllowedImages {
  static final String NAME = ImagePolicy.NAME;

  /**
   * Annotation of the list: the version of the rules by which all that is in it was found good;
   * none since something was entered.
   */
  private static final String RULES = "naru.dev/rules";

  private static final String OWN = "own ";
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

  /**
   * The list as it was read.
   *
   * @param images what is kept by key
   * @param rules the version of the rules by which all of them were found good; empty for none
   * @param resourceVersion that changes with the list
   */
  record Listed(Map<String, String> images, String rules, String resourceVersion) {
    /** Copies the map. */
    Listed {
      images = Map.copyOf(images);
    }
  }

  /** The key of an image in a namespace; empty for one that is not named by digest. */
  static Optional<String> key(String project, String image) {
    Matcher digest = BY_DIGEST.matcher(image);
    return digest.matches() ? Optional.of(project + "." + digest.group(1)) : Optional.empty();
  }

  /** Whether what is kept under a key is Naru's own image, which nobody asks about. */
  static boolean own(String kept) {
    return kept.startsWith(OWN);
  }

  /**
   * Enters an image that was verified. The API server may see it some moments later.
   *
   * @param image a reference by digest
   */
  void allow(String project, String image) {
    if (!known.containsKey(required(project, image))) {
      enter(project, image, image);
    }
  }

  /** The same for Naru's own image, which stays whatever the rules say. */
  void allowOwn(String project, String image) {
    enter(project, image, OWN + image);
  }

  private void enter(String project, String image, String kept) {
    String key = required(project, image);
    if (namespace.isPresent() && !kept.equals(known.get(key))) {
      change(Map.of(key, kept), Set.of());
      known.put(key, kept);
    }
  }

  private static String required(String project, String image) {
    return key(project, image)
        .orElseThrow(() -> new IllegalArgumentException(image + " is not by digest"));
  }

  /**
   * Enters images for who keeps no list of what belongs there: another process takes them away.
   *
   * @param images references by digest
   */
  void enter(String project, Set<String> images) {
    change(
        images.stream().collect(Collectors.toMap(i -> required(project, i), i -> i, (a, _) -> a)),
        Set.of());
  }

  /** Those of some images that are not in the list of a cluster as it is now. */
  Set<String> missing(String project, Set<String> images) {
    return missing(listed(), project, images);
  }

  /** The same of a list that was read. */
  static Set<String> missing(Optional<Listed> list, String project, Set<String> images) {
    Map<String, String> there = list.map(Listed::images).orElse(Map.of());
    return images.stream()
        .filter(i -> key(project, i).filter(there::containsKey).isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The list as it is now; empty where there is none. */
  Optional<Listed> listed() {
    return namespace.isPresent() ? read() : Optional.empty();
  }

  /** Enters what may run once more, and takes away what may no longer run. */
  void recall(Recall.Change change) {
    // First: who enters one of them meanwhile, by newer rules, is then put right by tidy.
    known.keySet().removeAll(change.removed());
    change(change.entered(), change.removed());
    known.putAll(change.entered());
  }

  /**
   * Notes that all that is in the list is good by some rules, unless it was changed meanwhile.
   *
   * @param list as it was looked at
   */
  void found(Listed list, String rules) {
    ObjectNode patch = CrObject.object();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", list.resourceVersion());
    metadata.putObject("annotations").put(RULES, rules);
    try {
      patch(patch.toString());
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw Trouble.of("write the list of allowed images", e);
      }
    }
  }

  /**
   * Reads the list of a cluster. Where there is none yet, it begins with what runs already: that
   * was let in when nobody asked for a signature.
   *
   * @param running images of the places where Naru's work runs, by namespace; asked for only then
   */
  void open(Supplier<Map<String, Set<String>>> running) {
    Optional<Map<String, String>> there = read().map(Listed::images);
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
    for (String key : read().map(Listed::images).orElse(Map.of()).keySet()) {
      missing.remove(key);
      if (!works.test(project(key))) {
        idle.add(key);
      }
    }
    if (!missing.isEmpty() || !idle.isEmpty()) {
      change(missing, idle);
    }
  }

  private Optional<Listed> read() {
    GenericKubernetesResource there =
        Trouble.call("read the list of allowed images", () -> list().withName(NAME).get());
    return Optional.ofNullable(there)
        .map(o ->
            new Listed(
                o.getAdditionalProperties().get("data") instanceof Map<?, ?> m
                    ? texts(m)
                    : Map.of(),
                Labels.annotation(o, RULES),
                o.getMetadata().getResourceVersion()));
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

  /** The namespace of a key. */
  static String project(String key) {
    return key.substring(0, key.lastIndexOf('.'));
  }

  /** Changes these entries and no others, whoever writes at the same time. */
  private void change(Map<String, String> entered, Set<String> removed) {
    ObjectNode patch = CrObject.object();
    patch.putObject("metadata").putObject("annotations").putNull(RULES);
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
