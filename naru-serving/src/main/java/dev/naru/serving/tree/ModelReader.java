package dev.naru.serving.tree;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a model file of XGBoost 3.x, {@code *.json} or {@code *.ubj}. */
public final class ModelReader {
  private ModelReader() {}

  /**
   * Reads a whole model.
   *
   * @param file JSON if its name ends with {@code .json}, else UBJSON; at most 256 MiB
   * @throws ModelFormatException with a sentence on what is damaged or not supported
   */
  public static TreeModel read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > ModelLimits.FILE_BYTES) {
      throw new ModelFormatException(
          "the file has " + size + " bytes; at most " + ModelLimits.FILE_BYTES + " are read");
    }
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    boolean json = file.toString().endsWith(".json");
    try (ModelSource source = json ? new JsonSource(in) : new UbjSource(in, size)) {
      TreeModel model = new LearnerReader(source).read();
      source.end();
      return model;
    }
  }
}
