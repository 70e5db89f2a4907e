package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What an Image says, in the words of the lock, and the files that it names. */
final class Recipe {
  private static final int MOST_REQUIREMENTS = 4 << 20;

  private Recipe() {}

  static String runtime(Image image) {
    Image.RunsOn runs = image.spec().runsOn();
    return runs.java()
        .map(v -> "java " + v)
        .or(() -> runs.python().map(v -> "python " + v))
        .orElseThrow(() ->
            Trouble.invalid(
                "cannot build "
                    + image.ref()
                    + ": it is an image by ref, which is used as it is; remove it from the"
                    + " command"));
  }

  static String base(Image image) {
    return image.spec().base().flatMap(Image.Base::ref).orElse(LockedImage.PACKAGES);
  }

  static Optional<String> python(Image image) {
    return image.spec().runsOn().python();
  }

  static Optional<String> requirements(Image image, Path folder) {
    return image
        .spec()
        .runsOn()
        .requirements()
        .map(path -> {
          Path file = inside(image, folder, path);
          try {
            if (Files.size(file) > MOST_REQUIREMENTS) {
              throw Trouble.invalid(
                  "cannot build " + image.ref() + ": " + path + " is above 4 MiB");
            }
            return Files.readString(file);
          } catch (IOException e) {
            throw Trouble.of("cannot build " + image.ref(), e);
          }
        });
  }

  static Path source(Image image, Path folder) {
    return inside(image, folder, image.spec().source().orElseThrow());
  }

  /** The real path of a file of the project; refused when it leads elsewhere. */
  private static Path inside(Image image, Path folder, String path) {
    Path whole = folder.resolve(path).normalize();
    try {
      Path root = folder.toRealPath();
      Path real = whole.toRealPath();
      if (real.startsWith(root)) {
        return real;
      }
      throw Trouble.invalid(
          "cannot build " + image.ref() + ": " + path + " is outside " + root + "; move it there");
    } catch (IOException e) {
      throw new dev.naru.core.NaruException(
          dev.naru.core.NaruException.Code.INVALID,
          "cannot build "
              + image.ref()
              + ": "
              + whole
              + " is not there; build it first, or correct the path",
          e);
    }
  }
}
