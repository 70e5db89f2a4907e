package dev.naru.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts layers together: mount points between base and program, configuration, manifest, name. */
final class Assembly {
  private final ImageSettings settings;
  private final Layout layout;
  private final Layers layers;

  Assembly(ImageSettings settings, Layout layout, Layers layers) {
    this.settings = settings;
    this.layout = layout;
    this.layers = layers;
  }

  /**
   * An image in the layout.
   *
   * @param before what the name in the layout begins with: {@code project/}, or nothing
   * @param work an empty folder of this build
   */
  BuiltImage assemble(
      String before,
      String name,
      LockedImage base,
      List<Layer> program,
      ImageConfig config,
      Path work)
      throws IOException {
    List<Layer> all = new ArrayList<>(base.layers());
    all.add(mountPoints(work));
    all.addAll(program);
    long layerBytes = all.stream().mapToLong(l -> l.blob().size()).sum();
    if (layerBytes > settings.mostBytes()) {
      throw Trouble.invalid(
          "cannot build image/"
              + name
              + ": its layers have "
              + layerBytes
              + " bytes, the limit is "
              + settings.mostBytes()
              + "; leave out what the program does not read, or set NARU_IMAGE_LIMIT");
    }
    Optional<byte[]> below = base.baseConfig().map(d -> layout.read(d, Json.MOST));
    Descriptor made = layout.put(Descriptor.CONFIG, config.config(below, all));
    Descriptor manifest = layout.put(Descriptor.MANIFEST, ImageConfig.manifest(made, all));
    layout.tag(before + name, manifest);
    return new BuiltImage(
        name,
        before + name,
        manifest.digest(),
        made.digest(),
        layout.blob(manifest.digest()),
        layerBytes + made.size() + manifest.size(),
        all,
        settings.images().resolve("sbom").resolve(manifest.hex() + ".cdx.json"));
  }

  private Layer mountPoints(Path work) throws IOException {
    Path empty = Files.createDirectories(work.resolve("empty"));
    List<LayerEntry> entries = new ArrayList<>();
    for (String path : ImagePaths.MOUNT_POINTS) {
      entries.add(new LayerEntry(path, empty, 0755, LayerEntry.USER));
    }
    return layers.layer("naru", entries);
  }
}
