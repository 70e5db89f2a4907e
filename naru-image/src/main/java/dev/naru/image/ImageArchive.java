package dev.naru.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * One image as a tar archive that {@code docker load} takes: an OCI layout with Docker's {@code
 * manifest.json} beside it, so that engines of either kind read it. Every blob is compared with its
 * digest on the way; the same image makes the same bytes.
 */
public final class ImageArchive {
  private final Layout layout;

  /** From a layout. */
  public ImageArchive(Layout layout) {
    this.layout = layout;
  }

  /**
   * Writes the archive; does not close the stream.
   *
   * @param tag {@code name:tag} that the engine is to give it; empty for none
   */
  public void write(BuiltImage image, Optional<String> tag, OutputStream out) {
    write(image.digest(), tag, out);
  }

  /** The same for whatever has this manifest. */
  public void write(String digest, Optional<String> tag, OutputStream out) {
    try {
      TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      byte[] manifest = layout.read(digest, Json.MOST);
      List<Descriptor> blobs = Pusher.blobs(manifest);
      folder(tar, "blobs/");
      folder(tar, "blobs/sha256/");
      for (Descriptor blob : blobs.stream().distinct().toList()) {
        head(tar, path(blob), blob.size());
        layout.copy(blob, tar);
        tar.closeArchiveEntry();
      }
      Descriptor top = new Descriptor(Descriptor.MANIFEST, digest, manifest.length);
      bytes(tar, path(top), manifest);
      bytes(tar, "index.json", index(top, tag));
      bytes(tar, "manifest.json", docker(blobs, tag));
      bytes(tar, "oci-layout", Layout.VERSION.getBytes(StandardCharsets.UTF_8));
      tar.finish();
      tar.flush();
    } catch (IOException e) {
      throw Trouble.of("cannot write image " + digest + " as an archive", e);
    }
  }

  private static String path(Descriptor blob) {
    return "blobs/sha256/" + blob.hex();
  }

  private static byte[] index(Descriptor manifest, Optional<String> tag) {
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", Descriptor.INDEX);
    ObjectNode entry = index.putArray("manifests").addObject();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest());
    entry.put("size", manifest.size());
    tag.ifPresent(t ->
        entry
            .putObject("annotations")
            .put("io.containerd.image.name", t)
            .put("org.opencontainers.image.ref.name", t.substring(t.lastIndexOf(':') + 1)));
    return Json.bytes(index);
  }

  private static byte[] docker(List<Descriptor> blobs, Optional<String> tag) {
    ArrayNode images = Json.MAPPER.createArrayNode();
    ObjectNode image = images.addObject();
    image.put("Config", path(blobs.getLast()));
    ArrayNode tags = image.putArray("RepoTags");
    tag.ifPresent(tags::add);
    ArrayNode layers = image.putArray("Layers");
    blobs.subList(0, blobs.size() - 1).forEach(b -> layers.add(path(b)));
    return Json.bytes(images);
  }

  private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void bytes(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    head(tar, name, bytes.length);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void head(TarArchiveOutputStream tar, String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setModTime(0);
    entry.setIds(0, 0);
    tar.putArchiveEntry(entry);
  }
}
