package dev.naru.engine.local;

import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The digest of a file of an image: of a jar its entries' names and contents, so that building the
 * same again changes nothing; of anything else its bytes.
 *
 * <p>A file that looks as it did (path, size, time of its last change, file key) is not read again:
 * planning an unchanged project costs nothing. Safe for any thread.
 */
final class ContentDigest {
  private static final long MOST_INFLATED = 4L << 30;

  private final ConcurrentMap<Seen, String> known = new ConcurrentHashMap<>();

  private record Seen(Path file, long size, long modified, String key) {}

  /** 64 lower-case hexadecimal digits. */
  String of(Path file, boolean jar) throws IOException {
    BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
    Seen seen =
        new Seen(
            file,
            a.size(),
            a.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
            a.fileKey() + "");
    String digest = known.get(seen);
    if (digest == null) {
      digest = jar ? jar(file) : bytes(file);
      if (known.size() > 10_000) {
        known.clear();
      }
      known.put(seen, digest);
    }
    return digest;
  }

  private static String jar(Path file) throws IOException {
    List<TreeDigest.Entry> entries = new ArrayList<>();
    long inflated = 0;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        inflated += Math.max(0, entry.getSize());
        if (inflated > MOST_INFLATED) {
          return bytes(file);
        }
        try (InputStream in = zip.getInputStream(entry)) {
          entries.add(new TreeDigest.Entry(entry.getName(), entry.getSize(), sha256(in)));
        }
      }
    } catch (ZipException e) {
      return bytes(file);
    }
    entries.sort(
        Comparator.comparing(TreeDigest.Entry::path).thenComparing(TreeDigest.Entry::sha256));
    return TreeDigest.of(entries).substring("sha256:".length());
  }

  private static String bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  private static String sha256(InputStream in) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
