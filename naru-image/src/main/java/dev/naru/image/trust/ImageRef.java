package dev.naru.image.trust;

import dev.naru.image.RegistryPlace;
import dev.naru.image.Trouble;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image of a registry: {@code HOST[:PORT]/NAME}, then {@code :TAG}, {@code @sha256:…} or both;
 * with both the digest counts.
 *
 * @param host with its port, where it has one
 * @param repository the name in the registry
 */
public record ImageRef(
    String host, String repository, Optional<String> tag, Optional<String> digest) {
  private static final Pattern FORM =
      Pattern.compile(
          "([^/@]+)/([^:@]+)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?");

  /**
   * Reads it.
   *
   * @throws dev.naru.core.NaruException INVALID where the registry, or both tag and digest, are
   *     left out: nothing is guessed where trust depends on it
   */
  public static ImageRef parse(String text) {
    Matcher parts = FORM.matcher(text);
    boolean form = parts.matches();
    boolean host =
        form
            && (parts.group(1).equals("localhost")
                || parts.group(1).contains(".")
                || parts.group(1).contains(":"));
    if (!host || (parts.group(3) == null && parts.group(4) == null)) {
      throw Trouble.invalid(
          "cannot use '"
              + (text.length() > 300 ? text.substring(0, 300) + "…" : text)
              + "' as an image: expected HOST[:PORT]/NAME and :TAG or @sha256:<64 digits>, such"
              + " as registry.local:5000/team/app@sha256:…");
    }
    RegistryPlace place = new RegistryPlace(parts.group(1), parts.group(2));
    return new ImageRef(
        place.host(),
        place.prefix(),
        Optional.ofNullable(parts.group(3)),
        Optional.ofNullable(parts.group(4)));
  }

  /** Without tag and digest: {@code HOST/NAME}. */
  public String name() {
    return host + "/" + repository;
  }

  /** What the registry is asked for. */
  String reference() {
    return digest.or(() -> tag).orElseThrow();
  }

  /** The same by digest alone. */
  ImageRef by(String manifest) {
    return new ImageRef(host, repository, Optional.empty(), Optional.of(manifest));
  }

  /** As it is read. */
  @Override
  public String toString() {
    return name() + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
