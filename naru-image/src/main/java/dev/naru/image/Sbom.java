package dev.naru.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The parts of an image as CycloneDX 1.6 JSON: packages, JDK and requirements from the lock,
 * libraries from the Maven descriptors in jars. Sorted, without times; the same image makes the
 * same bytes.
 */
public final class Sbom {
  /** The predicate type of an attestation that holds one. */
  public static final String TYPE = "https://cyclonedx.org/bom";

  private static final Pattern JAR_NAME = Pattern.compile("(.+?)-(\\d[\\w.+-]*?)\\.jar");

  private Sbom() {}

  /**
   * The document, as UTF-8.
   *
   * @param digest of the image's manifest
   * @param jars that went into the image
   * @param asTheyAre whether they are files of the image, or in parts
   */
  public static byte[] of(
      String name, String digest, LockedImage base, List<Path> jars, boolean asTheyAre)
      throws IOException {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("bomFormat", "CycloneDX");
    root.put("specVersion", "1.6");
    root.put("serialNumber", "urn:uuid:" + uuid(digest));
    root.put("version", 1);
    ObjectNode subject = root.putObject("metadata").putObject("component");
    subject.put("type", "container");
    subject.put("bom-ref", "image:" + name);
    subject.put("name", name);
    subject.put("version", digest);
    hash(subject, digest.substring("sha256:".length()));
    Map<String, ObjectNode> parts = new TreeMap<>();
    if (!base.isOfPackages()) {
      ObjectNode below = component("container", base.base(), "", Optional.empty());
      below.put("bom-ref", "base:" + base.base());
      parts.put("base:" + base.base(), below);
    }
    for (DebPackage p : base.packages()) {
      add(
          parts,
          component("library", p.name(), p.version(), Optional.of(p.sha256())),
          "pkg:deb/debian/"
              + encoded(p.name())
              + "@"
              + encoded(p.version())
              + "?arch="
              + p.architecture());
    }
    base.jdk()
        .ifPresent(j ->
            add(
                parts,
                component("platform", j.name() + " JDK", j.version(), Optional.of(j.sha256())),
                "pkg:generic/jdk@" + encoded(j.version())));
    for (Wheel w : base.wheels()) {
      add(
          parts,
          component("library", w.name(), w.version(), Optional.of(w.sha256())),
          "pkg:pypi/" + w.normalName() + "@" + encoded(w.version()));
    }
    for (Path jar : jars) {
      libraries(jar, asTheyAre, parts);
    }
    ArrayNode components = root.putArray("components");
    parts.values().forEach(components::add);
    return Json.pretty(root);
  }

  private static void add(Map<String, ObjectNode> parts, ObjectNode component, String purl) {
    component.put("bom-ref", purl);
    component.put("purl", purl);
    parts.put(purl, component);
  }

  private static void libraries(Path jar, boolean asTheyAre, Map<String, ObjectNode> parts)
      throws IOException {
    String file = String.valueOf(jar.getFileName());
    List<Properties> found = new ArrayList<>();
    try (ZipFile zip = ZipFile.builder().setPath(jar).get()) {
      for (ZipArchiveEntry e : (Iterable<ZipArchiveEntry>) () -> zip.getEntries().asIterator()) {
        if (e.getName().matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties")
            && e.getSize() < 1 << 16) {
          Properties properties = new Properties();
          try (InputStream in = zip.getInputStream(e)) {
            properties.load(in);
          }
          found.add(properties);
        }
      }
    }
    // A program's jar comes into the image in parts, so its own digest says nothing of what is
    // there.
    Optional<String> sha256 =
        asTheyAre && found.size() <= 1 ? Optional.of(Hashes.ofFile(jar)) : Optional.empty();
    for (Properties p : found) {
      String group = p.getProperty("groupId", "unknown");
      String version = p.getProperty("version", "unknown");
      ObjectNode library =
          component("library", p.getProperty("artifactId", "unknown"), version, sha256);
      library.put("group", group);
      add(
          parts,
          library,
          "pkg:maven/"
              + encoded(group)
              + "/"
              + encoded(p.getProperty("artifactId", "unknown"))
              + "@"
              + encoded(version));
    }
    Matcher named = JAR_NAME.matcher(file);
    if (found.isEmpty() && named.matches()) {
      add(
          parts,
          component("library", named.group(1), named.group(2), sha256),
          "pkg:generic/" + encoded(named.group(1)) + "@" + encoded(named.group(2)));
    }
  }

  private static ObjectNode component(
      String type, String name, String version, Optional<String> sha256) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("type", type);
    node.put("name", name);
    if (!version.isEmpty()) {
      node.put("version", version);
    }
    sha256.ifPresent(s -> hash(node, s));
    return node;
  }

  private static void hash(ObjectNode node, String sha256) {
    node.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
  }

  /** A name-based identity (RFC 9562, version 8) of the digest. */
  private static String uuid(String digest) {
    String h = digest.substring("sha256:".length());
    return h.substring(0, 8)
        + "-"
        + h.substring(8, 12)
        + "-8"
        + h.substring(13, 16)
        + "-a"
        + h.substring(17, 20)
        + "-"
        + h.substring(20, 32);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
