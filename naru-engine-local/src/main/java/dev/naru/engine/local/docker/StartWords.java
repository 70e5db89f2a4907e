package dev.naru.engine.local.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Version;
import java.util.List;

/**
 * Why a program could not be started. The container's init process tells it in the log; the image
 * says which one it was, and for what machines it is.
 */
final class StartWords {
  /** What the init process ends with where a program is for other machines: as many others do. */
  private static final int FAILED = 1;

  private static final String INIT = "[FATAL tini";

  private final Api api;
  private final DockerLogs logs;

  StartWords(Api api, DockerLogs logs) {
    this.api = api;
    this.logs = logs;
  }

  /**
   * Such as {@code exec /app/run failed: No such file or directory (image finance:1)}.
   *
   * @return empty where the end was the program's own
   */
  String of(Containers.Known c, int code) {
    StringBuilder last = new StringBuilder();
    logs.read(
        c.id(),
        1,
        false,
        false,
        line -> {
          last.append(line);
          return true;
        });
    boolean neverBegan = last.indexOf(INIT) == 0;
    if (code == FAILED && !neverBegan) {
      return "";
    }
    return last.toString().replaceFirst("^\\[FATAL [^]]*] ", "") + " (" + image(c.image()) + ")";
  }

  private String image(String id) {
    return api.call(
        "look at image " + id,
        client -> {
          try {
            InspectImageResponse image = client.inspectImageCmd(id).exec();
            List<String> tags = image.getRepoTags();
            String name = tags == null || tags.isEmpty() ? id : tags.getFirst();
            Version engine = client.versionCmd().exec();
            String is = image.getOs() + "/" + image.getArch();
            String runs = engine.getOperatingSystem() + "/" + engine.getArch();
            return is.equals(runs)
                ? "image " + name
                : "image %s is for %s, this engine runs %s; build it for that, or give another ref"
                    .formatted(name, is, runs);
          } catch (NotFoundException e) {
            return "image " + id;
          }
        });
  }
}
