package dev.naru.core.engine;

import dev.naru.spec.Image;
import java.util.List;

/** What members run. */
public sealed interface Program {
  /**
   * A user's image.
   *
   * @param digest {@code sha256:...} of the image's entries; what runs is the copy kept under it
   * @param runtime what runs it
   * @param command arguments to {@code java -jar}, or to {@code python} in the source folder
   */
  record OfImage(String digest, Image.RunsOn runtime, List<String> command) implements Program {
    /** Copies the command. */
    public OfImage {
      command = List.copyOf(command);
    }
  }

  /**
   * The built-in model server with one version of one model.
   *
   * @param model the sealed model directory
   * @param digest its digest; the server refuses any other contents
   * @param name name of the model in the protocol: that of the Inference
   * @param version version of the model, from 1
   */
  record ModelServer(Location model, String digest, String name, int version) implements Program {}

  /**
   * The gateway.
   *
   * @param port where requests come in
   * @param adminPort where routes are pushed and counters pulled, guarded by the home's token
   */
  record Gateway(int port, int adminPort) implements Program {}
}
