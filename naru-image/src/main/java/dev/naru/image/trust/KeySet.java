package dev.naru.image.trust;

import dev.naru.image.Hashes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose signatures count.
 *
 * @param trusted what one of them signed is accepted
 * @param revoked what only these signed is refused, and the refusal says why
 */
public record KeySet(List<VerifyKey> trusted, List<VerifyKey> revoked) {
  /** Most keys of a set: each of them is tried on each signature. */
  public static final int MOST = 64;

  /** Copies the lists; a key that is in both is revoked. */
  public KeySet {
    List<VerifyKey> gone = revoked.stream().distinct().toList();
    trusted = trusted.stream().distinct().filter(k -> !gone.contains(k)).toList();
    revoked = gone;
    if (trusted.size() + revoked.size() > MOST) {
      throw new IllegalArgumentException(
          "a set of " + (trusted.size() + revoked.size()) + " keys; expected at most " + MOST);
    }
  }

  /** Which of them made a signature, trusted ones first. */
  Optional<VerifyKey> maker(byte[] signature, byte[] bytes) {
    return Stream.concat(trusted.stream(), revoked.stream())
        .filter(k -> k.made(signature, bytes))
        .findFirst();
  }

  /** The key that a bundle hints at; a hint only, no proof. */
  Optional<VerifyKey> hinted(String hint) {
    return Stream.concat(trusted.stream(), revoked.stream())
        .filter(k -> k.hint().equals(hint))
        .findFirst();
  }

  /** Equal for equal sets, whatever their order: 64 hexadecimal digits. */
  public String hash() {
    return Hashes.ofText(ids(trusted) + "\n" + ids(revoked));
  }

  private static String ids(List<VerifyKey> keys) {
    return keys.stream().map(VerifyKey::id).sorted().collect(Collectors.joining(","));
  }

  /** The trusted keys for a message. */
  String words() {
    return switch (trusted.size()) {
      case 0 -> "no key";
      case 1 -> trusted.getFirst().toString();
      default ->
          "one of the keys "
              + trusted.stream().map(VerifyKey::shortId).collect(Collectors.joining(", "));
    };
  }
}
