package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An OCI image layout (image specification 1.1, image-layout): blobs shared by all images of a
 * home, and an index that names images. Every write is whole or absent; what is read is compared
 * with its digest first, and a blob that differs is removed, so that it is made again and never
 * used.
 *
 * <p>May be used by several processes at once: blobs are named by their contents, and the index is
 * changed under a lock file.
 */
public final class Layout {
  static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";

  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** Threads of one process cannot wait for each other by a file's lock. */
  private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private final Path root;
  private final Checked checked;

  /**
   * @param root the folder; made when something is written
   */
  public Layout(Path root) {
    this.root = root;
    this.checked = new Checked(root.resolve("checked"));
  }

  /** The folder, as {@code oci:FOLDER} in other tools. */
  public Path root() {
    return root;
  }

  /** Where a blob is, or would be. */
  public Path blob(String digest) {
    return root.resolve("blobs/sha256").resolve(new Descriptor("", digest, 0).hex());
  }

  /** Whether a blob is there and whole; a corrupt one is removed and counts as absent. */
  public boolean has(Descriptor blob) {
    Path file = blob(blob.digest());
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      if (checked.isKnown(file)) {
        return Files.size(file) == blob.size();
      }
      if (Files.size(file) == blob.size() && Hashes.ofFile(file).equals(blob.hex())) {
        checked.remember(file);
        return true;
      }
      remove(file);
      return false;
    } catch (IOException e) {
      throw Trouble.of("cannot read " + file, e);
    }
  }

  /** All bytes of a blob, for manifests and configurations. */
  public byte[] read(String digest, int most) {
    Path file = blob(digest);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most || !("sha256:" + Hashes.ofBytes(bytes)).equals(digest)) {
        remove(file);
        throw corrupt(digest);
      }
      return bytes;
    } catch (IOException e) {
      throw Trouble.of("cannot read " + file, e);
    }
  }

  /**
   * Copies a blob while comparing it: all bytes are written before a difference is known, so who
   * reads them must throw them away when this throws.
   */
  public void copy(Descriptor blob, OutputStream out) throws IOException {
    Path file = blob(blob.digest());
    java.security.MessageDigest digest = Hashes.sha256();
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        size += n;
        if (size > blob.size()) {
          break;
        }
        out.write(buffer, 0, n);
      }
    }
    if (size != blob.size() || !Hashes.hex(digest).equals(blob.hex())) {
      remove(file);
      throw corrupt(blob.digest());
    }
  }

  private static RuntimeException corrupt(String digest) {
    return Trouble.failed(
        "cannot use blob "
            + digest
            + " of the image layout: its contents are not those of its digest; it was removed, run"
            + " naru build again");
  }

  private void remove(Path file) throws IOException {
    Files.deleteIfExists(file);
    checked.forget(file);
  }

  /** Keeps bytes. */
  public Descriptor put(String mediaType, byte[] bytes) {
    Descriptor blob = new Descriptor(mediaType, "sha256:" + Hashes.ofBytes(bytes), bytes.length);
    try {
      if (!has(blob)) {
        Disk.write(blob(blob.digest()), bytes);
        checked.remember(blob(blob.digest()));
      }
      return blob;
    } catch (IOException e) {
      throw Trouble.of("cannot keep a blob in " + root, e);
    }
  }

  /** A new empty file for a blob to come, on the file system of the blobs. */
  Path temporary() throws IOException {
    Path folder = Files.createDirectories(root.resolve("blobs/sha256"));
    return Disk.beside(folder.resolve("blob"));
  }

  /** Keeps a finished {@link #temporary} file whose digest the caller has taken while writing. */
  void adopt(Path temporary, Descriptor blob) throws IOException {
    if (has(blob)) {
      Files.delete(temporary);
    } else {
      Disk.sync(temporary);
      Disk.move(temporary, blob(blob.digest()));
      checked.remember(blob(blob.digest()));
    }
  }

  /** Names a manifest of the layout by its digest. */
  public void tag(String name, String manifest) {
    byte[] bytes = read(manifest, Json.MOST);
    tag(name, new Descriptor(Descriptor.MANIFEST, manifest, bytes.length));
  }

  /** Names a manifest; the name's earlier one stays by digest. */
  public void tag(String name, Descriptor manifest) {
    ReentrantLock turn =
        TURNS.computeIfAbsent(root.toAbsolutePath().normalize(), _ -> new ReentrantLock());
    turn.lock();
    try {
      Files.createDirectories(root);
      try (FileChannel file =
              FileChannel.open(
                  root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (lock.isValid()) {
          enter(name, manifest);
        }
      }
    } catch (IOException e) {
      throw Trouble.of("cannot name " + name + " in " + root, e);
    } finally {
      turn.unlock();
    }
  }

  private void enter(String name, Descriptor manifest) throws IOException {
    ObjectNode index = index();
    ArrayNode manifests = Json.MAPPER.createArrayNode();
    for (JsonNode old : index.path("manifests")) {
      if (!name(old).equals(Optional.of(name))) {
        manifests.add(old);
      }
    }
    ObjectNode entry = manifests.addObject();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest());
    entry.put("size", manifest.size());
    entry.putObject("annotations").put(REF_NAME, name);
    if (index.path("manifests").equals(manifests)) {
      return;
    }
    index.set("manifests", manifests);
    if (!Files.exists(root.resolve("oci-layout"))) {
      Disk.write(root.resolve("oci-layout"), VERSION.getBytes(StandardCharsets.UTF_8));
    }
    Disk.write(root.resolve("index.json"), Json.bytes(index));
  }

  /** The manifest of a name. */
  public Optional<Descriptor> find(String name) {
    try {
      for (JsonNode entry : index().path("manifests")) {
        if (name(entry).equals(Optional.of(name))) {
          return Optional.of(
              new Descriptor(
                  entry.path("mediaType").asText(),
                  entry.path("digest").asText(),
                  entry.path("size").asLong()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw Trouble.of("cannot read the index of " + root, e);
    }
  }

  /**
   * The digest of the configuration that a manifest names; empty where the manifest, or a blob that
   * it names, is not there or not whole.
   */
  public Optional<String> configOf(String manifest) {
    if (!Files.exists(blob(manifest))) {
      return Optional.empty();
    }
    List<Descriptor> blobs = Pusher.blobs(read(manifest, Json.MOST));
    return blobs.stream().allMatch(this::has)
        ? Optional.of(blobs.getLast().digest())
        : Optional.empty();
  }

  private static Optional<String> name(JsonNode entry) {
    return Optional.ofNullable(entry.path("annotations").path(REF_NAME).textValue());
  }

  /**
   * An index that cannot be read is begun anew: blobs are found by digest, names are made again.
   */
  private ObjectNode index() throws IOException {
    Path file = root.resolve("index.json");
    if (Files.exists(file)) {
      try {
        JsonNode index = Json.MAPPER.readTree(Files.readAllBytes(file));
        if (index instanceof ObjectNode object && object.path("manifests").isArray()) {
          return object;
        }
      } catch (com.fasterxml.jackson.core.JsonProcessingException _) {
        // Below.
      }
    }
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", Descriptor.INDEX);
    index.putArray("manifests");
    return index;
  }
}
