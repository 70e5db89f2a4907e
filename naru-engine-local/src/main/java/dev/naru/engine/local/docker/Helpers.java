package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.HostConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers of Naru's own image that do one small thing. Their programs live for moments or wait:
 * the first compiler is enough, and one collector thread.
 */
final class Helpers {
  private static final List<String> SMALL =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

  private final HomeId home;
  private final DockerImages images;
  private final Containers containers;
  private final Entrypoints entrypoints;

  Helpers(Api api, HomeId home, DockerImages images, Containers containers) {
    this.home = home;
    this.images = images;
    this.containers = containers;
    this.entrypoints = new Entrypoints(api);
  }

  /**
   * What a program of Naru's own starts with.
   *
   * @param image Naru's own, by id
   * @param options of its JVM, beside those that all have
   */
  List<String> command(String image, List<String> options, Class<?> main, List<String> words) {
    List<String> command = new ArrayList<>(entrypoints.of(image));
    command.addAll(SMALL);
    command.addAll(options);
    command.add(main.getName());
    command.addAll(words);
    return command;
  }

  /** Makes one that is not started; one of that name that a dead control plane left goes first. */
  String make(
      String project,
      String name,
      List<String> options,
      Class<?> main,
      List<String> words,
      HostConfig host) {
    containers.all().stream()
        .filter(c -> c.name().equals(name))
        .forEach(c -> containers.remove(c.id()));
    String image = images.ownImageId();
    List<String> command = command(image, options, main, words);
    return containers.make(
        name,
        client ->
            Recipe.create(
                    client, image, name, home.sign(name, Tags.role(Tags.Role.QUESTION, project)))
                .withEntrypoint(command)
                .withCmd(List.of())
                .withHostConfig(host)
                .exec()
                .getId());
  }
}
