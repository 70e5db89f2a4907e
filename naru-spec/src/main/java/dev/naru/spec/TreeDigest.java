package dev.naru.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The digest of a folder: what it contains, never when it was written or where it lies.
 *
 * <p>It is the SHA-256 of one line per regular file, {@code <sha256 of the file> <path>\n}, in the
 * order of the paths' UTF-8 bytes; paths are relative and use {@code /}. So {@code LC_ALL=C sh -c
 * 'find . -type f | sed s,^./,, | sort | xargs sha256sum | sha256sum'} prints the same 64 digits.
 */
public final class TreeDigest {
  private TreeDigest() {}

  /**
   * One file of a folder.
   *
   * @param path relative to the folder, with {@code /}
   * @param size bytes
   * @param sha256 64 lower-case hexadecimal digits
   */
  public record Entry(String path, long size, String sha256) {}

  /**
   * Lists and hashes every regular file under {@code root}, in digest order.
   *
   * @throws IOException when the folder cannot be read, or holds a symbolic link or a special file:
   *     neither has contents that a digest could vouch for
   */
  public static List<Entry> entries(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          files.add(path);
        } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException(
              "cannot take the digest of "
                  + root
                  + ": "
                  + path
                  + " is neither a file nor a folder");
        }
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      entries.add(
          new Entry(
              root.relativize(file).toString().replace('\\', '/'), Files.size(file), sha256(file)));
    }
    entries.sort(
        Comparator.comparing(
            e -> e.path().getBytes(StandardCharsets.UTF_8), java.util.Arrays::compareUnsigned));
    return List.copyOf(entries);
  }

  /** The digest of what {@link #entries} listed, as {@code sha256:<64 hex digits>}. */
  public static String of(List<Entry> entries) {
    MessageDigest digest = sha256();
    for (Entry e : entries) {
      digest.update((e.sha256() + "  " + e.path() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The digest of a folder, as {@code sha256:<64 hex digits>}; see {@link #entries} for what it
   * refuses.
   */
  public static String of(Path root) throws IOException {
    return of(entries(root));
  }

  /** The digest of a text's UTF-8 bytes, as {@code sha256:<64 hex digits>}. */
  public static String ofText(String text) {
    return "sha256:"
        + HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
