package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.server.json.Json;
import dev.naru.spec.Metadata;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.ProjectReader;
import dev.naru.spec.reading.Reading;
import dev.naru.spec.reading.SourceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Projects as a whole: plan, up, down. */
final class ProjectRoutes {
  private final Control control;

  ProjectRoutes(Control control) {
    this.control = control;
  }

  List<Route> list() {
    return List.of(
        Route.get("/api/v1/projects", this::projects),
        Route.get("/api/v1/projects/{project}", this::project),
        Route.post("/api/v1/projects/{project}/plan", this::plan),
        Route.post("/api/v1/projects/{project}/up", this::up),
        Route.post("/api/v1/projects/{project}/down", this::down),
        Route.post("/api/v1/down", this::downAll));
  }

  /** The user that calls: who has the token is who owns the home. */
  static String who() {
    return System.getProperty("user.name", "unknown");
  }

  private void projects(Call call) {
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    control.projects().forEach(p -> items.add(describe(p)));
    call.answer(200, json);
  }

  private void project(Call call) {
    call.answer(200, describe(find(call.path("project"))));
  }

  private ProjectInfo find(String name) {
    return control.projects().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new NaruException(
                Code.NOT_FOUND,
                "there is no project '" + name + "'; naru get lists what there is"));
  }

  private static ObjectNode describe(ProjectInfo project) {
    return Json.object()
        .put("name", project.name())
        .put("folder", project.folder())
        .put("engine", project.engine())
        .put("state", project.state().word())
        .put("resources", project.resources());
  }

  private void plan(Call call) {
    List<Problem> problems = new ArrayList<>();
    Submission submission = submission(call, call.body(), problems);
    if (problems.isEmpty()) {
      call.answer(200, PlanJson.write(control.plan(submission)));
    } else {
      call.answer(422, Problems.body(problems));
    }
  }

  private void up(Call call) {
    JsonNode body = call.body();
    List<Problem> problems = new ArrayList<>();
    Submission submission = submission(call, body, problems);
    if (!problems.isEmpty()) {
      call.answer(422, Problems.body(problems));
      return;
    }
    boolean confirmed = body.path("confirmed").asBoolean(false);
    switch (control.up(submission, confirmed, who())) {
      case UpAnswer.Accepted accepted -> {
        ObjectNode json = Json.object().put("project", submission.project());
        json.set("plan", PlanJson.write(accepted.plan()));
        ObjectNode generations = json.putObject("generations");
        accepted.generations().forEach(generations::put);
        call.answer(202, json);
      }
      case UpAnswer.NeedsConfirmation(PlanAnswer plan) -> {
        ObjectNode json =
            Problems.body(
                "CONFLICT",
                "something would be replaced or lost; agree to it with confirmed: true");
        json.put("needsConfirmation", true);
        json.set("plan", PlanJson.write(plan));
        call.answer(409, json);
      }
      case UpAnswer.Refused(PlanAnswer plan) -> {
        ObjectNode json =
            Problems.body(
                "INVALID", "the engine " + plan.engine() + " refuses it; nothing was started");
        json.set("plan", PlanJson.write(plan));
        call.answer(422, json);
      }
    }
  }

  /** What is submitted; where it is not as it must be, fills {@code problems} instead. */
  private static Submission submission(Call call, JsonNode body, List<Problem> problems) {
    String project = call.path("project");
    if (!Metadata.isName(project)) {
      throw new NaruException(
          Code.INVALID,
          "'%s' is no name of a project: expected %s".formatted(project, Metadata.NAME_WORDS));
    }
    String folder = body.path("folder").asText();
    if (folder.isEmpty() || !Path.of(folder).isAbsolute()) {
      throw new NaruException(Code.INVALID, "expected an absolute folder, found '" + folder + "'");
    }
    if (!body.path("documents").isArray()) {
      throw new NaruException(Code.INVALID, "expected a list documents in the body");
    }
    List<JsonNode> documents = new ArrayList<>();
    body.path("documents").forEach(documents::add);
    return switch (ProjectReader.readJson(documents, Path.of(folder))) {
      case Reading.Refused(List<Problem> found) -> {
        problems.addAll(found);
        yield none(project, folder);
      }
      case Reading.Read(var read) -> {
        problems.addAll(SourceFiles.check(read));
        yield new Submission(project, body.path("file").asText(folder), read);
      }
    };
  }

  private static Submission none(String project, String folder) {
    return new Submission(
        project,
        folder,
        new dev.naru.spec.reading.Project(
            List.of(),
            java.util.Map.of(),
            Path.of(folder),
            java.util.Optional.empty(),
            java.util.Optional.empty()));
  }

  private void down(Call call) {
    boolean purge = call.body().path("purge").asBoolean(false);
    String project = find(call.path("project")).name();
    control.down(project, purge, who());
    call.answer(202, Json.object().put("project", project).put("purge", purge));
  }

  private void downAll(Call call) {
    boolean purge = call.body().path("purge").asBoolean(false);
    control.downAll(purge, who());
    call.answer(202, Json.object().put("purge", purge));
  }
}
