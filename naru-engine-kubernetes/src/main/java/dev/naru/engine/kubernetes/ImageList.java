package dev.naru.engine.kubernetes;

import java.util.Set;

/**
 * The list of images that may run in each namespace of a cluster, for who lets in pods that others
 * make: it reads and enters, and takes nothing away. Safe for any thread.
 */
public final class ImageList {
  private final AllowedImages images;

  /**
   * Asks nobody yet.
   *
   * @param namespace of the list, the operator's own
   */
  public ImageList(Cluster cluster, String namespace) {
    this.images = AllowedImages.in(cluster.client(), namespace);
  }

  /**
   * Those of some references that may not run in a namespace yet; one by tag never may.
   *
   * @throws dev.naru.core.NaruException where the list cannot be read
   */
  public Set<String> missing(String namespace, Set<String> refs) {
    return images.missing(namespace, refs);
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
