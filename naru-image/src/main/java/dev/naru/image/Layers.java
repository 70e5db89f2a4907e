package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.image.ReproducibleLayerBuilder;
import com.google.common.collect.ImmutableList;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Makes layers: Jib writes the archive (sorted, parents first, owners and modes as told, times at
 * the epoch), this class compresses it into the layout and remembers which contents made which
 * layer.
 *
 * <p>Jib's own cache takes a file for unchanged when its path, size and time are; this one looks at
 * the contents, so a byte changed under an old time is seen.
 */
final class Layers {
  /** Of every file in an image. */
  static final Instant TIME = Instant.EPOCH.plusSeconds(1);

  private final Layout layout;
  private final Path known;

  Layers(Layout layout, Path known) {
    this.layout = layout;
    this.known = known;
  }

  /** The layer of these entries; taken from the layout if it is there. */
  Layer layer(String name, List<LayerEntry> entries) throws IOException {
    List<LayerEntry> sorted =
        entries.stream().sorted(Comparator.comparing(LayerEntry::path)).toList();
    String key = key(sorted);
    Optional<Layer> before = find(name, key);
    return before.isPresent() ? before.get() : remember(key, write(name, sorted));
  }

  /** A layer that was made before under this key and is still whole. */
  Optional<Layer> find(String name, String key) throws IOException {
    Path note = known.resolve(key);
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    try {
      JsonNode read = Json.MAPPER.readTree(Files.readAllBytes(note));
      Descriptor blob =
          new Descriptor(
              Descriptor.LAYER, read.path("digest").asText(), read.path("size").asLong(-1));
      Layer layer = new Layer(name, blob, read.path("diffId").asText());
      return layout.has(blob) ? Optional.of(layer) : Optional.empty();
    } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException _) {
      return Optional.empty(); // a note that is no note: the layer is made again
    }
  }

  /** Remembers that a key's contents made this layer. */
  Layer remember(String key, Layer layer) throws IOException {
    ObjectNode note = Json.MAPPER.createObjectNode();
    note.put("digest", layer.blob().digest());
    note.put("size", layer.blob().size());
    note.put("diffId", layer.diffId());
    Disk.note(known.resolve(key), Json.bytes(note));
    return layer;
  }

  private static String key(List<LayerEntry> entries) throws IOException {
    MessageDigest digest = Hashes.sha256();
    for (LayerEntry e : entries) {
      String contents = Files.isDirectory(e.source()) ? "folder" : Hashes.ofFile(e.source());
      String line = e.path() + "\0" + e.mode() + "\0" + e.owner() + "\0" + contents + "\n";
      digest.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return Hashes.hex(digest);
  }

  private Layer write(String name, List<LayerEntry> entries) throws IOException {
    List<FileEntry> files = new ArrayList<>();
    for (LayerEntry e : entries) {
      files.add(
          new FileEntry(
              e.source(),
              AbsoluteUnixPath.get(e.path()),
              FilePermissions.fromOctalString(Integer.toOctalString(e.mode())),
              TIME,
              e.owner() + ":" + e.owner()));
    }
    Path temporary = layout.temporary();
    try {
      MessageDigest packed = Hashes.sha256();
      MessageDigest plain = Hashes.sha256();
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
          OutputStream zip = new GZIPOutputStream(new DigestOutputStream(file, packed), 1 << 16)) {
        new ReproducibleLayerBuilder(ImmutableList.copyOf(files))
            .build()
            .writeTo(new DigestOutputStream(zip, plain));
      }
      Descriptor blob =
          new Descriptor(Descriptor.LAYER, "sha256:" + Hashes.hex(packed), Files.size(temporary));
      layout.adopt(temporary, blob);
      return new Layer(name, blob, "sha256:" + Hashes.hex(plain));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
