package dev.naru.image;

import java.nio.file.Path;

/**
 * A file or folder of a layer.
 *
 * @param path absolute path in the image
 * @param source what is copied; a folder makes an empty folder
 * @param mode permission bits, such as {@code 0644}
 * @param owner user and group
 */
record LayerEntry(String path, Path source, int mode, int owner) {
  /** Who runs in our images; owns what may be written. */
  static final int USER = 65532;

  static final int ROOT = 0;
}
