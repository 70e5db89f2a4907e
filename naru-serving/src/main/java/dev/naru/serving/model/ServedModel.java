package dev.naru.serving.model;

import dev.naru.serving.tree.ModelReader;
import dev.naru.serving.tree.TreeModel;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.signed.EcKey;
import dev.naru.spec.signed.ModelSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one model of this process.
 *
 * @param name as in the address {@code /v2/models/<name>}
 * @param version as in the address {@code /versions/<version>}
 */
public record ServedModel(String name, String version, TreeModel tree) {

  /** The same without a signature. */
  public static ServedModel load(Path folder, String digest, String name, String version)
      throws IOException {
    return load(folder, digest, name, version, "", List.of());
  }

  /**
   * Loads the model of a folder whose digest is as promised; before that is known, no byte of the
   * model is interpreted.
   *
   * @param folder holds exactly one of {@code model.ubj}, {@code model.json}
   * @param digest {@code sha256:…} as {@link TreeDigest} makes it
   * @param training that made it; of no meaning without keys
   * @param keys whose signatures are accepted; without any, no signature is asked for
   * @throws IOException with one sentence for the user
   */
  public static ServedModel load(
      Path folder, String digest, String name, String version, String training, List<EcKey> keys)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException("there is no folder " + folder);
    }
    List<TreeDigest.Entry> files = TreeDigest.entries(folder);
    String found = TreeDigest.of(files);
    if (!found.equals(digest)) {
      throw new IOException(
          "the folder %s has the digest %s, expected %s; it was changed after it was sealed"
              .formatted(folder, found, digest));
    }
    if (!keys.isEmpty()) {
      ModelSignature.check(
          folder,
          files,
          new ModelSignature.Expected(training, Integer.parseInt(version), digest),
          keys);
    }
    return new ServedModel(name, version, ModelReader.read(only(folder)));
  }

  private static Path only(Path folder) throws IOException {
    List<Path> models;
    try (Stream<Path> files = Files.list(folder)) {
      models =
          files
              .filter(f -> f.getFileName().toString().matches("model\\.(ubj|json|onnx)"))
              .sorted()
              .toList();
    }
    if (models.size() != 1) {
      throw new IOException(
          "%s holds %s of model.ubj, model.json; exactly one is needed"
              .formatted(folder, models.isEmpty() ? "none" : models.size()));
    }
    if (models.getFirst().toString().endsWith(".onnx")) {
      throw new IOException(
          "ONNX is not supported by this version; save the model as model.ubj or model.json");
    }
    return models.getFirst();
  }
}
