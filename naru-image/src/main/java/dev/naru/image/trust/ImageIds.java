package dev.naru.image.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Descriptor;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * By which ids an engine may know an image: the digest of its configuration (graph drivers), or of
 * its manifest or index (the containerd image store). All of them follow from the verified digest,
 * so what has such an id is what was verified. Safe for any thread.
 */
public final class ImageIds {
  private static final int MOST = 1_000;

  private final Function<String, Registry> registries;
  private final Recent<Set<String>> known = new Recent<>(MOST);

  /**
   * Knows nothing yet.
   *
   * @param registries gives the client of a host
   */
  public ImageIds(Function<String, Registry> registries) {
    this.registries = registries;
  }

  /**
   * The ids; a registry is asked once for each digest.
   *
   * @param ref by digest
   */
  public Set<String> of(ImageRef ref) {
    String digest = ref.digest().orElseThrow();
    Optional<Set<String>> before = known.get(digest);
    if (before.isPresent()) {
      return before.get();
    }
    Registry registry = registries.apply(ref.host());
    Set<String> ids = new HashSet<>(Set.of(digest));
    Resolved resolved = Resolved.of(registry, ref);
    if (resolved.platforms().isEmpty()) {
      config(registry, ref.repository(), digest).ifPresent(ids::add);
    }
    for (Descriptor platform : resolved.platforms()) {
      config(registry, ref.repository(), platform.digest()).ifPresent(ids::add);
    }
    Set<String> all = Set.copyOf(ids);
    known.put(digest, all);
    return all;
  }

  /** Of a manifest; empty where the registry has not got it, as of a platform left out. */
  private static Optional<String> config(Registry registry, String repository, String manifest) {
    Optional<Registry.Found> found = registry.manifest(repository, manifest);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      ObjectNode root = Strict.object(found.get().bytes(), "the manifest");
      return Optional.of(root.path("config").path("digest").asText())
          .filter(d -> d.matches("sha256:[0-9a-f]{64}"));
    } catch (Malformed e) {
      throw Trouble.refused("cannot use " + manifest + " of " + repository + ": " + e.why());
    }
  }
}
