package dev.naru.engine.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The list of images that may run in each namespace of a cluster, for who lets in pods that others
 * make: it reads and enters, and takes nothing away. Safe for any thread.
 */
public final class ImageList {
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final AllowedImages images;
  private final Lately<Optional<AllowedImages.Listed>> list;

  /**
   * Asks nobody yet.
   *
   * @param namespace of the list, the operator's own
   */
  public ImageList(Cluster cluster, String namespace) {
    this.images = AllowedImages.in(cluster.client(), namespace);
    this.list = new Lately<>(images::listed, FRESH, System::nanoTime);
  }

  /**
   * Those of some references that may not run in a namespace yet; one by tag never may. That one
   * may run is known for a second, that one may not is read anew.
   *
   * @throws dev.naru.core.NaruException where the list cannot be read
   */
  public Set<String> missing(String namespace, Set<String> refs) {
    if (refs.stream().allMatch(ref -> AllowedImages.key(namespace, ref).isEmpty())) {
      return Set.copyOf(refs);
    }
    return AllowedImages.missing(
        list.get(known -> AllowedImages.missing(known, namespace, refs).isEmpty()),
        namespace,
        refs);
  }

  /** How many wait for a reading of somebody else. */
  int waiting() {
    return list.waiting();
  }

  /**
   * Lets images run in a namespace. The API server may see that some moments later.
   *
   * @param refs by digest
   * @throws dev.naru.core.NaruException where the list cannot be written
   */
  public void enter(String namespace, Set<String> refs) {
    images.enter(namespace, refs);
  }
}
