package dev.naru.engine.local.docker;

import dev.naru.core.engine.Program;
import dev.naru.spec.Image;
import dev.naru.spec.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The images that containers are made of; whoever builds images implements this. An image's
 * ENTRYPOINT starts its program and takes the words that follow as arguments: of a Java image it is
 * {@code [<path of java>, ..., -jar, <jar>]} (the engine puts options for memory and processors
 * behind the first word), of Naru's own {@code [<path of java>, -cp, <class path>]}.
 *
 * <p>All methods may be called from several threads, and block while an image is made.
 */
public interface DockerImages extends AutoCloseable {
  /**
   * The id ({@code sha256:...}) of a program's image in the engine, which is put there where it is
   * absent; Naru's own image for the model server and the gateway.
   *
   * @throws dev.naru.core.NaruException in words where there is no such image and none can be made
   */
  String imageIdFor(Program program);

  /**
   * What an image is made of beside its program, texts by file name; they are kept with the program
   * and count for the digest.
   *
   * @throws dev.naru.core.NaruException INVALID where the file and its lock disagree
   */
  Map<String, String> recipe(Image image, Path folder);

  /** Makes the image of a kept copy now, so that a start need not wait for it. */
  void prepare(String digest);

  /**
   * Remembers where an image given by {@code ref} is from, so that {@link #imageIdFor} finds it by
   * the digest in it.
   *
   * @param ref {@code registry/name@sha256:...}
   */
  void keepRef(String ref);

  /** The id of Naru's own image in the engine, put there where it is absent. */
  String ownImageId();

  /**
   * Options, main class and arguments of a model server.
   *
   * @param directory where the model's files are in the container
   * @param port where it listens, on all addresses of its container
   */
  List<String> modelServer(
      Program.ModelServer program, String directory, int port, Resources resources);

  /**
   * Options, main class and arguments of the gateway. It listens for requests on all addresses of
   * its container.
   *
   * @param directory where it may keep files in the container; {@link #gatewayFiles} are in it
   * @param adminAddress the only address that its admin port may be bound to: replicas share other
   *     networks with it
   */
  List<String> gateway(
      Program.Gateway program, String directory, String adminAddress, Resources resources);

  /** Files that the gateway finds in its directory, by name: secrets are never in arguments. */
  Map<String, byte[]> gatewayFiles();

  /** Lets go of what it holds; called when the engine is closed. */
  @Override
  default void close() {}
}
