package dev.naru.image;

import dev.naru.spec.Bytes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where and with what images are built.
 *
 * @param images {@code $NARU_HOME/images}: layout, caches and SBOMs are kept in folders of it
 * @param jdk home of the JDK whose runtime goes into {@code java} images
 * @param registry where what a lock names is looked for after the home, and bases without a
 *     registry in their name
 * @param plainHttp hosts ({@code host:port}) that are spoken to without TLS although they are not
 *     loopback
 * @param mostBytes most bytes of one image, compressed; a bigger one is refused
 */
public record ImageSettings(
    Path images,
    Path jdk,
    Optional<RegistryPlace> registry,
    Set<String> plainHttp,
    long mostBytes) {
  /** 20 GB: what a model's runtime with its libraries may need, and a slip of the path exceeds. */
  public static final long MOST_BYTES = 20_000_000_000L;

  /** Copies the hosts. */
  public ImageSettings {
    plainHttp = Set.copyOf(plainHttp);
    if (mostBytes <= 0) {
      throw new IllegalArgumentException("mostBytes is " + mostBytes + ", expected above zero");
    }
  }

  /** For a home, with the running JDK, without a registry. */
  public static ImageSettings of(Path home) {
    return new ImageSettings(
        home.resolve("images"),
        Path.of(System.getProperty("java.home")),
        Optional.empty(),
        Set.of(),
        MOST_BYTES);
  }

  /**
   * For a home, as the environment says.
   *
   * @param env NARU_REGISTRY ({@code HOST[:PORT][/PREFIX]}) and NARU_INSECURE_REGISTRIES, hosts
   *     that are spoken to without TLS, separated by commas
   */
  public static ImageSettings of(Path home, Map<String, String> env) {
    String plain = env.getOrDefault("NARU_INSECURE_REGISTRIES", "");
    Set<String> hosts =
        Pattern.compile("[, ]+")
            .splitAsStream(plain)
            .filter(h -> !h.isEmpty())
            .collect(Collectors.toSet());
    String registry = env.getOrDefault("NARU_REGISTRY", "");
    ImageSettings settings =
        new ImageSettings(of(home).images(), of(home).jdk(), Optional.empty(), hosts, limit(env));
    return registry.isEmpty() ? settings : settings.with(RegistryPlace.parse(registry), hosts);
  }

  private static long limit(Map<String, String> env) {
    String given = env.getOrDefault("NARU_IMAGE_LIMIT", "").strip();
    if (given.isEmpty()) {
      return MOST_BYTES;
    }
    try {
      long bytes = Bytes.parse(given).value();
      if (bytes > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below, in the same words as for zero.
    }
    throw Trouble.invalid(
        "cannot use NARU_IMAGE_LIMIT="
            + given
            + ": expected a size above zero such as 40Gi; correct or unset it");
  }

  /** The same with a registry. */
  public ImageSettings with(RegistryPlace place, Set<String> plain) {
    return new ImageSettings(images, jdk, Optional.of(place), plain, mostBytes);
  }

  /** The same without a registry of its own, with hosts that are spoken to without TLS. */
  public ImageSettings with(Set<String> plain) {
    return new ImageSettings(images, jdk, registry, plain, mostBytes);
  }

  Path cache(String kind) {
    return images.resolve("cache").resolve(kind);
  }
}
