package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * {@code naru.lock}, beside the file: what every image of the project stands on, exactly, so that
 * it is the same for everybody. JSON in a fixed order; names no host and no time.
 *
 * @param platform such as {@code linux/amd64}: packages and runtimes are of one processor
 * @param images by name
 */
public record Lock(String platform, SortedMap<String, LockedImage> images) {
  /** The file's name, in the folder of the project's file. */
  public static final String FILE = "naru.lock";

  private static final int VERSION = 1;

  /** Copies the map. */
  public Lock {
    images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
  }

  /** What it says of an image. */
  public Optional<LockedImage> image(String name) {
    return Optional.ofNullable(images.get(name));
  }

  /** Reads the lock of a project's folder; empty where there is none. */
  public static Optional<Lock> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      return Optional.of(parse(bytes.length > Json.MOST ? new byte[0] : bytes));
    } catch (IOException e) {
      throw Trouble.of("cannot read " + file, e);
    }
  }

  static Lock parse(byte[] bytes) {
    try {
      JsonNode root = Json.MAPPER.readTree(bytes);
      if (root.path("version").asInt() != VERSION) {
        throw new IllegalArgumentException(
            "expected version " + VERSION + ", found " + root.path("version"));
      }
      SortedMap<String, LockedImage> images = new TreeMap<>();
      root.path("images").properties().forEach(e -> images.put(e.getKey(), image(e.getValue())));
      Lock lock = new Lock(text(root, "platform"), images);
      if (!lock.sha256().equals(root.path("sha256").textValue())) {
        throw new IllegalArgumentException(
            "expected sha256 " + lock.sha256() + ", found " + root.path("sha256"));
      }
      return lock;
    } catch (IOException | IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw Trouble.invalid(
          "cannot read naru.lock: "
              + why
              + "; take it from version control, or run naru lock --update");
    }
  }

  /** Writes it into a project's folder, whole or not at all. */
  public void write(Path folder) {
    try {
      Disk.write(folder.resolve(FILE), bytes());
    } catch (IOException e) {
      throw Trouble.of("cannot write " + folder.resolve(FILE), e);
    }
  }

  /** What {@link #write} writes, as UTF-8. */
  public byte[] bytes() {
    ObjectNode root = tree();
    root.put("sha256", sha256());
    return Json.pretty(root);
  }

  /**
   * A byte that flipped in a package's digest would change nothing while its layer is there, and
   * make the list of parts lie: so the lock vouches for itself. 64 digits.
   */
  private String sha256() {
    return Hashes.ofBytes(Json.bytes(tree()));
  }

  private ObjectNode tree() {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("version", VERSION);
    root.put("platform", platform);
    ObjectNode all = root.putObject("images");
    images.forEach((name, image) -> all.set(name, tree(image)));
    return root;
  }

  /** The same text, for showing. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private static ObjectNode tree(LockedImage image) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("runtime", image.runtime());
    node.put("base", image.base());
    image.baseConfig().ifPresent(c -> node.put("baseConfig", c));
    ArrayNode layers = node.putArray("layers");
    for (Layer layer : image.layers()) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("digest", layer.blob().digest())
          .put("size", layer.blob().size())
          .put("mediaType", layer.blob().mediaType())
          .put("diffId", layer.diffId());
    }
    ArrayNode packages = node.putArray("packages");
    for (DebPackage p : image.packages()) {
      packages
          .addObject()
          .put("name", p.name())
          .put("version", p.version())
          .put("architecture", p.architecture())
          .put("sha256", p.sha256());
    }
    image
        .jdk()
        .ifPresent(j ->
            node.putObject("jdk")
                .put("name", j.name())
                .put("version", j.version())
                .put("sha256", j.sha256()));
    image.requirements().ifPresent(r -> node.put("requirementsSha256", r));
    ArrayNode wheels = node.putArray("requirements");
    for (Wheel w : image.wheels()) {
      wheels
          .addObject()
          .put("name", w.name())
          .put("version", w.version())
          .put("file", w.file())
          .put("sha256", w.sha256());
    }
    return node;
  }

  private static LockedImage image(JsonNode node) {
    return new LockedImage(
        text(node, "runtime"),
        text(node, "base"),
        optional(node, "baseConfig").map(d -> new Descriptor("", d, 0).digest()),
        list(node, "layers", Lock::layer),
        list(node, "packages", Lock::debPackage),
        node.has("jdk") ? Optional.of(jdk(node.path("jdk"))) : Optional.empty(),
        optional(node, "requirementsSha256"),
        list(node, "requirements", Lock::wheel));
  }

  private static Layer layer(JsonNode n) {
    Descriptor blob =
        new Descriptor(text(n, "mediaType"), text(n, "digest"), n.path("size").asLong(-1));
    return new Layer(text(n, "name"), blob, new Descriptor("", text(n, "diffId"), 0).digest());
  }

  private static DebPackage debPackage(JsonNode n) {
    return new DebPackage(
        matching(n, "name", "[a-z0-9][a-z0-9+.-]+"),
        matching(n, "version", "[A-Za-z0-9.+:~-]+"),
        matching(n, "architecture", "[a-z0-9-]+"),
        matching(n, "sha256", "[0-9a-f]{64}"));
  }

  private static Jdk jdk(JsonNode n) {
    return new Jdk(text(n, "name"), text(n, "version"), matching(n, "sha256", "[0-9a-f]{64}"));
  }

  private static Wheel wheel(JsonNode n) {
    return new Wheel(
        matching(n, "name", "[A-Za-z0-9][A-Za-z0-9._-]*"),
        matching(n, "version", "[A-Za-z0-9.+!_-]+"),
        matching(n, "file", "[A-Za-z0-9][A-Za-z0-9.+!_-]*\\.whl"),
        matching(n, "sha256", "[0-9a-f]{64}"));
  }

  private static <T> List<T> list(JsonNode node, String key, Function<JsonNode, T> each) {
    List<T> values = new ArrayList<>();
    node.path(key).forEach(n -> values.add(each.apply(n)));
    return values;
  }

  private static Optional<String> optional(JsonNode node, String key) {
    return Optional.ofNullable(node.path(key).textValue());
  }

  private static String text(JsonNode node, String key) {
    return matching(node, key, "(?s).{1,1024}");
  }

  /** What becomes a file's name or a program's argument has the form that it must have. */
  private static String matching(JsonNode node, String key, String form) {
    String text = node.path(key).textValue();
    if (text == null || !text.matches(form)) {
      throw new IllegalArgumentException(
          "expected " + key + " as " + form + ", found " + node.path(key));
    }
    return text;
  }
}
