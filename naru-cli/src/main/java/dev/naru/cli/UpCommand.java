package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.api.Home;
import dev.naru.cli.follow.Follow;
import dev.naru.cli.follow.Goals.Reached;
import dev.naru.cli.follow.LiveView;
import dev.naru.cli.follow.Patience;
import dev.naru.cli.follow.PlainView;
import dev.naru.cli.follow.View;
import dev.naru.cli.follow.Wanted;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "up",
    header = "Prepares, trains and serves what the file describes; returns when all is reached.",
    footer = {
      "",
      "Exit code 0 when runs have succeeded and endpoints are ready, 1 when that cannot be.",
      "Ctrl-C ends only the watching; the work goes on.",
      "",
      "Example:",
      "  naru up examples/finance"
    })
final class UpCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file, a folder, or - for stdin. Default: the working directory.")
  String path = ".";

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask where something would be replaced or lost.")
  boolean yes;

  @Option(
      names = {"-d", "--detach"},
      description = "Returns as soon as the file is accepted.")
  boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "Gives up after so long, such as 10m, with exit code 1; the work goes on. Default: never"
              + " while something moves; else after 1m, or 5m where room is waited for.")
  @Nullable String timeout;

  @Option(
      names = "--create-namespace",
      description = "On a cluster, makes the project's namespace where it is absent.")
  boolean createNamespace;

  /** How long an engine may take for what it is handed. */
  private static final int IMAGES_MILLIS = 600_000;

  @Override
  int run() throws Exception {
    Instant began = cli().clock().instant();
    Optional<Duration> limit = limit();
    ProjectFile file = ProjectFile.readWithSources(cli(), path, root().project());
    Clusters.requireNamespace(cli(), file.name(), createNamespace);
    ControlPlane plane = cli().with(Home.NAMESPACE, file.name()).controlPlane();
    Api api = plane.connect();
    ObjectNode body = Submitted.body(cli(), file, true);
    JsonNode plan = api.post("/api/v1/projects/" + file.name() + "/plan", body);
    if (!plan.path("nothingToDo").asBoolean()) {
      cli().err().print(PlanText.of(plan));
    }
    JsonNode generations = Json.object();
    if (!plan.path("nothingToDo").asBoolean()) {
      if (plan.path("needsConfirmation").asBoolean()) {
        Confirm.ask(cli(), yes, "The plan replaces or removes what is there.");
      }
      body.put("confirmed", true);
      JsonNode accepted = submit(api, file, plan, body);
      plan = accepted.has("plan") ? accepted.path("plan") : plan;
      generations = accepted.path("generations");
    }
    UpReport report = new UpReport(cli(), file, plan, began, root().output());
    if (detach) {
      return report.accepted();
    }
    return follow(plane, file, plan, generations, report, new Patience(limit, began));
  }

  private Optional<Duration> limit() {
    try {
      return Optional.ofNullable(timeout).map(Durations::parse);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("cannot use --timeout " + timeout + ": " + e.getMessage());
    }
  }

  /** Containers are made of images: these are built here, where it can be seen. */
  private JsonNode submit(Api api, ProjectFile file, JsonNode plan, ObjectNode body)
      throws Exception {
    String path = "/api/v1/projects/" + file.name() + "/up";
    if (!plan.path("engine").asText().equals("docker")) {
      return api.post(path, body);
    }
    new ImageWork(cli(), Optional.empty()).build(file, Optional.empty());
    try (Steps steps = new Steps(cli(), "images")) {
      steps.step("handing them to the engine");
      return api.post(path, body, IMAGES_MILLIS);
    }
  }

  private int follow(
      ControlPlane plane,
      ProjectFile file,
      JsonNode plan,
      JsonNode generations,
      UpReport report,
      Patience patience)
      throws Exception {
    List<Wanted> wanted = Wanted.of(file.project().resources(), plan.path("changes"), generations);
    List<String> order = wanted.stream().map(Wanted::ref).toList();
    View view =
        plan.path("nothingToDo").asBoolean() ? new QuietStart(() -> view(order)) : view(order);
    Thread hook = new Thread(() -> interrupted(file));
    Runtime.getRuntime().addShutdownHook(hook);
    Follow follow = new Follow(plane::connect, file.name(), wanted, view, patience, cli().clock());
    Optional<Map<String, Reached>> already =
        plan.path("nothingToDo").asBoolean() ? follow.already() : Optional.empty();
    Map<String, Reached> ends;
    try {
      ends = already.isPresent() ? already.get() : follow.run();
    } finally {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    List<String> lost = new ArrayList<>();
    for (Wanted one : wanted) {
      if (ends.get(one.ref()) != Reached.DONE) {
        lost.add(one.ref());
      }
    }
    return lost.isEmpty()
        ? report.reached(follow.seen(), view instanceof QuietStart quiet && !quiet.opened())
        : report.lost(plane.connect(), ends, lost, follow.seen());
  }

  private View view(List<String> order) {
    return cli().terminal().live()
        ? new LiveView(cli().err(), cli().terminal(), cli().clock(), order)
        : new PlainView(cli().err(), cli().clock());
  }

  private void interrupted(ProjectFile file) {
    cli()
        .err()
        .println(
            "\nnaru: the work goes on; `naru up "
                + file.given()
                + "` watches again, `naru get -p "
                + file.name()
                + "` shows it, `naru down -p "
                + file.name()
                + "` ends it");
  }
}
