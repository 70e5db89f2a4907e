package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ApiException;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.api.Home;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "down",
    header = "Stops a project, or all of this home and then gateway and control plane.",
    footer = {
      "",
      "Volumes and models stay; --purge removes them after asking.",
      "",
      "Example:",
      "  naru down examples/finance"
    })
final class DownCommand extends BaseCommand {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration TELL_AFTER = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 50;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "The project of this file or folder. Default: every project of this home.")
  @Nullable String path;

  @Option(names = "--purge", description = "Removes volumes and models too.")
  boolean purge;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask before a purge.")
  boolean yes;

  @Override
  int run() throws Exception {
    Optional<String> project = project();
    ControlPlane plane = cli().controlPlane();
    Optional<Api> running = plane.running();
    if (running.isEmpty() && !leftOver(plane)) {
      return done(project, "nothing runs");
    }
    if (purge) {
      Confirm.ask(
          cli(),
          yes,
          project
                  .map(p -> "Volumes and models of project " + p)
                  .orElse("All volumes and models of " + plane.home().folder())
              + " will be removed for good.");
    }
    Api api = plane.connect();
    ObjectNode body = Json.object().put("purge", purge);
    if (project.isPresent()) {
      return downProject(api, project.get(), body);
    }
    api.post("/api/v1/down", body);
    long server = plane.home().serverPid().orElse(0);
    await(
        "every project, gateway and control plane",
        () ->
            plane.health().isEmpty() && !alive(server) && !alive(pid(plane.home(), "gateway.pid")));
    return done(
        project,
        purge ? "everything is stopped, volumes and models are removed" : "everything is stopped");
  }

  private int downProject(Api api, String project, ObjectNode body) throws IOException {
    api.post("/api/v1/projects/" + project + "/down", body);
    await("project " + project, () -> isDown(api, project));
    return done(
        Optional.of(project),
        "project "
            + project
            + " is stopped"
            + (purge ? ", its volumes and models are removed" : ""));
  }

  /** A control plane that was killed has left its pid; a purge has something to remove. */
  private boolean leftOver(ControlPlane plane) {
    Home home = plane.home();
    return home.used()
        && (purge || home.serverPid().isPresent() || alive(pid(home, "gateway.pid")));
  }

  private static long pid(Home home, String file) {
    try {
      String text = Files.readString(home.folder().resolve(file)).strip();
      return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    } catch (IOException notThere) {
      return 0;
    }
  }

  private static boolean alive(long pid) {
    return pid > 0 && ProcessHandle.of(pid).isPresent();
  }

  private static boolean isDown(Api api, String project) {
    try {
      return api.get("/api/v1/projects/" + project).path("state").asText().equals("down");
    } catch (ApiException e) {
      if (e.status() == 404) {
        return true; // purged
      }
      throw e;
    } catch (IOException away) {
      return false;
    }
  }

  private void await(String what, BooleanSupplier reached) {
    Instant began = cli().clock().instant();
    boolean told = false;
    while (!reached.getAsBoolean()) {
      Duration waited = Duration.between(began, cli().clock().instant());
      if (!told && waited.compareTo(TELL_AFTER) > 0) {
        cli().talk("stopping " + what + "; the work may save a checkpoint first");
        told = true;
      }
      if (waited.compareTo(LIMIT) > 0) {
        throw CommandException.failed(
            "cannot stop "
                + what
                + " within "
                + LIMIT.toSeconds()
                + " s; see `naru get` and `naru doctor`");
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommandException.failed("cannot wait: interrupted; the stopping goes on");
      }
    }
  }

  private int done(Optional<String> project, String words) {
    if (!table()) {
      ObjectNode result = Json.object();
      project.ifPresent(p -> result.put("project", p));
      cli().print(result.put("outcome", words).put("purged", purge), root().output());
    }
    cli().talk(words);
    return 0;
  }

  /** Empty where everything is meant. */
  private Optional<String> project() {
    Optional<String> asked = root().project();
    if (asked.isPresent() || path == null) {
      return asked;
    }
    return Optional.of(ProjectFile.read(cli(), path, asked).name());
  }
}
