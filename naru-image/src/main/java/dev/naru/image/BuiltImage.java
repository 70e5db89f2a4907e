package dev.naru.image;

import java.nio.file.Path;
import java.util.List;

/**
 * An image in the layout.
 *
 * @param name the Image's name
 * @param tag its name in the layout: {@code project/image}
 * @param digest of the manifest; depends on what the image holds only, never on when or where
 * @param configDigest of the configuration; what engines with a graph driver call the image
 * @param manifest the manifest's file in the layout
 * @param size bytes of manifest, configuration and compressed layers
 * @param layers lowest first
 * @param sbom the CycloneDX file beside the layout
 */
public record BuiltImage(
    String name,
    String tag,
    String digest,
    String configDigest,
    Path manifest,
    long size,
    List<Layer> layers,
    Path sbom) {
  /** Copies the layers. */
  public BuiltImage {
    layers = List.copyOf(layers);
  }
}
