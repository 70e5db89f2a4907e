package dev.naru.core.engine;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Which paths files are copied to and from, and the words where they cannot be. Touches none. */
public final class VolumeFiles {
  private VolumeFiles() {}

  /**
   * A path in a volume, normalised, with {@code /}; empty for the volume's root.
   *
   * @throws NaruException INVALID where it leaves the volume
   */
  public static String inside(String path) {
    try {
      Path whole = Path.of(path).normalize();
      if (!whole.isAbsolute() && !whole.startsWith("..")) {
        return whole.toString();
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new NaruException(
        Code.INVALID,
        "cannot copy '%s': it is not inside the volume; give a relative path without '..'"
            .formatted(path));
  }

  /** What entries of a copied path are called by: its last name, else the volume's. */
  public static String base(String volume, String inside) {
    return inside.isEmpty() ? volume : inside.substring(inside.lastIndexOf('/') + 1);
  }

  /** There is no such volume. */
  public static NaruException noVolume(String project, String volume) {
    return new NaruException(
        Code.NOT_FOUND,
        "there is no volume '%s' in project '%s'; `naru up` makes those of the file"
            .formatted(volume, project));
  }

  /** There is nothing under that path. */
  public static NaruException absent(String volume, String path) {
    return new NaruException(
        Code.NOT_FOUND,
        "cannot copy %s:%s: there is no such file or folder".formatted(volume, path));
  }

  /** A path leads over a link. */
  public static NaruException link(String path) {
    return new NaruException(
        Code.CONFLICT,
        "cannot copy '%s': it is a link, and links are not followed".formatted(path));
  }

  /** An archive holds something else than files and folders. */
  public static NaruException neither(String path) {
    return new NaruException(
        Code.INVALID,
        "cannot copy '%s': it is neither a file nor a folder; copy what it points to"
            .formatted(path));
  }

  /** A file is where a folder must be, or the other way. */
  public static NaruException otherKind(String path) {
    return new NaruException(
        Code.CONFLICT,
        "cannot copy to '%s': a file and a folder would have one name; choose another path, or say"
                .formatted(path)
            + " FOLDER/ to copy into a folder");
  }
}
