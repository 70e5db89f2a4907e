package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A home works on one engine at a time, since one gateway has its port. It goes over to another one
 * when nothing is up; what it has on the engine before stays there.
 */
final class EngineSwitch {
  private final Home home;
  private final Consumer<String> talk;

  EngineSwitch(Home home, Consumer<String> talk) {
    this.home = home;
    this.talk = talk;
  }

  /** What the control plane is to be started with. */
  String wanted() {
    return home.wantedEngine().orElseGet(home::lastEngine);
  }

  /** Whether the home has worked on another engine than the wanted one. */
  boolean leaves() {
    return home.used() && !wanted().equals(home.lastEngine());
  }

  /**
   * Whether a control plane works on what is wanted.
   *
   * @throws CommandException exit 2 where it is the same kind of engine in another place
   */
  boolean fits(JsonNode health) {
    String engine = health.path("engine").asText("process");
    if (!wanted().equals(engine)) {
      return home.wantedEngine().isEmpty();
    }
    String address = health.path("engineAddress").asText();
    if (engine.equals("kubernetes")) {
      return fitsCluster(address);
    }
    if (engine.equals("docker")
        && home.wantedDockerHost().filter(h -> !h.equals(address)).isPresent()) {
      throw CommandException.usage(
          "cannot use DOCKER_HOST="
              + home.wantedDockerHost().get()
              + ": the control plane of "
              + home.folder()
              + " works with the Docker Engine at "
              + address
              + "; unset DOCKER_HOST, stop everything by naru down --purge, or set NARU_HOME to"
              + " another folder");
    }
    return true;
  }

  /** Who may look into one namespace only has another control plane for each: they end at once. */
  private boolean fitsCluster(String address) {
    String[] parts = address.split(" namespace=", 2);
    return home.cluster().filter(c -> !c.equals(parts[0])).isEmpty()
        && (parts.length == 1 || home.namespace().filter(n -> !n.equals(parts[1])).isEmpty());
  }

  /**
   * Has a control plane end, with its gateway.
   *
   * @throws CommandException exit 2 where a project is up
   */
  void leave(Api api, JsonNode health) throws IOException {
    String engine = health.path("engine").asText("process");
    if (engine.equals("kubernetes")) {
      // What runs there is the operator's; nothing of it is at home.
      api.post(
          "/api/v1/shutdown",
          Json.object().put("reason", "another engine or cluster is asked for"));
      return;
    }
    List<String> up = new ArrayList<>();
    for (JsonNode project : api.get("/api/v1/projects").path("items")) {
      if (!project.path("state").asText().equals("down")) {
        up.add(project.path("name").asText());
      }
    }
    if (!up.isEmpty()) {
      throw CommandException.usage(
          "cannot use the engine '%s': project%s %s of %s %s on engine '%s'; stop %s by naru down first, or set NARU_HOME to another folder"
              .formatted(
                  wanted(),
                  up.size() == 1 ? "" : "s",
                  String.join(", ", up),
                  home.folder(),
                  up.size() == 1 ? "is" : "are",
                  engine,
                  up.size() == 1 ? "it" : "them"));
    }
    talk.accept(
        "leaving engine "
            + engine
            + " for "
            + wanted()
            + "; volumes and models that are there stay there");
    api.post("/api/v1/down", Json.object().put("purge", false));
  }
}
