package dev.naru.image;

import java.util.List;
import java.util.Optional;

/**
 * Everything below the program of one image, exactly.
 *
 * @param runtime {@code java 25} or {@code python 3.11}
 * @param base {@code packages: debian} or the base's ref
 * @param baseConfig digest of the base's configuration, for a ref
 * @param layers the layers below the program, lowest first
 * @param packages of the distribution, by name
 * @param jdk that the Java runtime was linked from
 * @param requirements digest of what the requirements file says: 64 digits
 * @param wheels that the requirements became, by name
 */
public record LockedImage(
    String runtime,
    String base,
    Optional<String> baseConfig,
    List<Layer> layers,
    List<DebPackage> packages,
    Optional<Jdk> jdk,
    Optional<String> requirements,
    List<Wheel> wheels) {
  static final String PACKAGES = "packages: debian";

  /** Copies the lists. */
  public LockedImage {
    layers = List.copyOf(layers);
    packages = List.copyOf(packages);
    wheels = List.copyOf(wheels);
  }

  boolean isOfPackages() {
    return base.equals(PACKAGES);
  }
}
