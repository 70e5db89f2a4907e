package dev.naru.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * One jar as several: the program's own classes keep the name and the manifest, what changes less
 * often goes into jars that the manifest's {@code Class-Path} names. So {@code java -jar} means the
 * same, and a changed class makes a small layer. Entries are copied as they are compressed, sorted,
 * with fixed times.
 *
 * <p>Own is what lies under the first two names of the main class's package. A wrong guess costs
 * only the size of a layer. A signed jar, one with jars inside, and one whose main class has no
 * package stay whole.
 */
final class JarParts implements AutoCloseable {
  /** A part of the jar; the order is that of the layers. */
  enum Part {
    DEPENDENCIES,
    RESOURCES,
    CLASSES
  }

  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private final ZipFile zip;
  private final Manifest manifest;
  private final Map<Part, List<ZipArchiveEntry>> parts = new TreeMap<>();
  private final boolean whole;

  private JarParts(ZipFile zip, Manifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
    Optional<String> own = ownPrefix(mainClass());
    List<ZipArchiveEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean plain = own.isPresent();
    for (ZipArchiveEntry entry : (Iterable<ZipArchiveEntry>) () -> zip.getEntries().asIterator()) {
      plain &= names.add(entry.getName()) && !keepsWhole(entry.getName());
      entries.add(entry);
    }
    this.whole = !plain;
    entries.sort(Comparator.comparing(ZipArchiveEntry::getName));
    for (ZipArchiveEntry entry : whole ? List.<ZipArchiveEntry>of() : entries) {
      if (!entry.getName().equals(MANIFEST)) {
        parts
            .computeIfAbsent(part(entry.getName(), own.orElseThrow()), _ -> new ArrayList<>())
            .add(entry);
      }
    }
  }

  /** Opens a jar; refuses one that {@code java -jar} could not start. */
  static JarParts open(Path jar, String shown) throws IOException {
    ZipFile zip;
    try {
      zip = ZipFile.builder().setPath(jar).get();
    } catch (IOException _) {
      throw Trouble.invalid(
          "cannot take " + shown + ": it is no jar, or only a part of one; build it again");
    }
    try {
      Manifest manifest = new Manifest();
      ZipArchiveEntry entry = zip.getEntry(MANIFEST);
      if (entry != null) {
        try (InputStream in = zip.getInputStream(entry)) {
          manifest.read(in);
        }
      }
      if (manifest.getMainAttributes().getValue(Name.MAIN_CLASS) == null) {
        throw Trouble.invalid(
            "cannot take "
                + shown
                + ": its manifest names no Main-Class, so java -jar cannot start it; add it in the"
                + " build");
      }
      return new JarParts(zip, manifest);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private String mainClass() {
    return String.valueOf(manifest.getMainAttributes().getValue(Name.MAIN_CLASS)).strip();
  }

  private static Optional<String> ownPrefix(String mainClass) {
    String[] names = mainClass.split("\\.", -1);
    return switch (names.length) {
      case 1 -> Optional.empty();
      case 2 -> Optional.of(names[0] + "/");
      default -> Optional.of(names[0] + "/" + names[1] + "/");
    };
  }

  private static boolean keepsWhole(String name) {
    return name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)")
        || name.startsWith("BOOT-INF/")
        || name.endsWith(".jar");
  }

  private static Part part(String name, String own) {
    boolean code = name.endsWith(".class");
    if (name.startsWith(own)) {
      return code || name.endsWith("/") ? Part.CLASSES : Part.RESOURCES;
    } else if (name.indexOf('/') < 0) {
      return code ? Part.CLASSES : Part.RESOURCES;
    }
    return Part.DEPENDENCIES;
  }

  /** Whether it stays one jar. */
  boolean isWhole() {
    return whole;
  }

  boolean has(Part part) {
    return part == Part.CLASSES || parts.containsKey(part);
  }

  /** The part's name in the image, relative to the program's folder. */
  static String fileName(Part part) {
    return switch (part) {
      case DEPENDENCIES -> "lib/dependencies.jar";
      case RESOURCES -> "lib/resources.jar";
      case CLASSES -> "app.jar";
    };
  }

  /** Differs whenever the part's contents do: a digest over names and compressed bytes. */
  String key(Part part) throws IOException {
    MessageDigest digest = Hashes.sha256();
    digest.update(manifest(part));
    byte[] buffer = new byte[1 << 16];
    for (ZipArchiveEntry e : parts.getOrDefault(part, List.of())) {
      String line = "\n" + e.getName() + "\0" + e.getMethod() + "\0" + e.getCompressedSize() + "\0";
      digest.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      try (InputStream in = zip.getRawInputStream(e)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      }
    }
    return Hashes.ofText("jar 1 " + part + " " + Hashes.hex(digest));
  }

  /** Writes one part as a jar. */
  void write(Part part, Path to) throws IOException {
    try (OutputStream file = Files.newOutputStream(to);
        ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
      byte[] first = manifest(part);
      ZipArchiveEntry head = entry(MANIFEST);
      CRC32 crc = new CRC32();
      crc.update(first);
      head.setMethod(ZipArchiveEntry.STORED);
      head.setSize(first.length);
      head.setCompressedSize(first.length);
      head.setCrc(crc.getValue());
      out.addRawArchiveEntry(head, new ByteArrayInputStream(first));
      for (ZipArchiveEntry e : parts.getOrDefault(part, List.of())) {
        ZipArchiveEntry copy = entry(e.getName());
        copy.setMethod(e.getMethod());
        copy.setSize(e.getSize());
        copy.setCompressedSize(e.getCompressedSize());
        copy.setCrc(e.getCrc());
        try (InputStream in = zip.getRawInputStream(e)) {
          out.addRawArchiveEntry(copy, in);
        }
      }
    }
  }

  private static ZipArchiveEntry entry(String name) {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    // Archives hold local time; this is the same fields in every zone.
    LocalDateTime fixed = LocalDateTime.of(1980, 2, 1, 0, 0);
    entry.setTime(fixed.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
    return entry;
  }

  private byte[] manifest(Part part) throws IOException {
    Manifest made = new Manifest();
    Attributes main = made.getMainAttributes();
    main.put(Name.MANIFEST_VERSION, "1.0");
    if (part == Part.CLASSES) {
      made = new Manifest(manifest);
      String before = manifest.getMainAttributes().getValue(Name.CLASS_PATH);
      StringBuilder path = new StringBuilder();
      for (Part other : List.of(Part.RESOURCES, Part.DEPENDENCIES)) {
        if (has(other)) {
          path.append(path.isEmpty() ? "" : " ").append(fileName(other));
        }
      }
      path.append(before == null ? "" : " " + before);
      if (!path.isEmpty()) {
        made.getMainAttributes().put(Name.CLASS_PATH, path.toString());
      }
    } else if ("true".equals(manifest.getMainAttributes().getValue(Name.MULTI_RELEASE))) {
      main.put(Name.MULTI_RELEASE, "true");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    made.write(bytes);
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
