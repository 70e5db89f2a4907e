package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.ContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How images start; an image never changes, so each is looked at once. */
final class Entrypoints {
  private final Api api;
  private final Map<String, Start> known = new ConcurrentHashMap<>();

  Entrypoints(Api api) {
    this.api = api;
  }

  /**
   * What an image says of its start.
   *
   * @param entrypoint its ENTRYPOINT; may be empty
   * @param arguments its CMD, for who gives none; may be empty
   */
  record Start(List<String> entrypoint, List<String> arguments) {}

  /** The words of an image's ENTRYPOINT; empty where it has none. */
  List<String> of(String image) {
    return start(image).entrypoint();
  }

  /** All that is known of an image's start. */
  Start start(String image) {
    return known.computeIfAbsent(
        image,
        id ->
            api.call(
                "look at image " + id,
                client -> {
                  ContainerConfig config = client.inspectImageCmd(id).exec().getConfig();
                  return config == null
                      ? new Start(List.of(), List.of())
                      : new Start(words(config.getEntrypoint()), words(config.getCmd()));
                }));
  }

  private static List<String> words(String @Nullable [] words) {
    return words == null ? List.of() : List.of(words);
  }
}
