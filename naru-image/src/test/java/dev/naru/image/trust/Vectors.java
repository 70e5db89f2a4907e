package dev.naru.image.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Files that other tools made: openssl and both majors of cosign. */
final class Vectors {
  private Vectors() {}

  static byte[] bytes(String name) {
    try (InputStream in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("/trust/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  static VerifyKey key(String name) {
    return VerifyKey.parse(text(name), name).getFirst();
  }
}
