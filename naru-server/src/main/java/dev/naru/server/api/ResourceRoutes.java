package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.Store;
import dev.naru.server.json.Json;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Single resources, and the audit. */
final class ResourceRoutes {
  private static final String ONE = "/api/v1/resources/{project}/{kind}/{name}";
  private static final int MOST = 10_000;
  private static final int USUAL = 100;
  private static final String CLUSTER = "cluster";

  private final Control control;
  private final Store store;
  private final Statuses statuses;

  ResourceRoutes(Control control, Store store, Statuses statuses) {
    this.control = control;
    this.store = store;
    this.statuses = statuses;
  }

  List<Route> list() {
    return List.of(
        Route.get("/api/v1/resources", this::resources),
        Route.get(ONE, this::resource),
        Route.get(ONE + "/events", this::events),
        Route.get(ONE + "/why", this::why),
        Route.post(ONE + "/rerun", this::rerun),
        Route.post(ONE + "/scale", this::scale),
        Route.post(ONE + "/drill", call -> Drills.answer(call, control, live(call))),
        Route.get("/api/v1/top", call -> call.answer(200, TopJson.write(control.top()))),
        Route.get("/api/v1/audit", this::audit),
        Route.get("/api/v1/audit/check", this::checkAudit));
  }

  private void resources(Call call) {
    Optional<String> project = call.query("project");
    Optional<Kind> kind =
        call.query("kind")
            .map(word ->
                Kind.ofWord(word)
                    .orElseThrow(
                        () -> new NaruException(Code.INVALID, "there is no kind '" + word + "'")));
    Optional<String> name = call.query("name");
    ObjectNode json = Json.object().put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = json.putArray("items");
    for (Live live : control.live()) {
      Key key = live.stored().key();
      if (project.filter(p -> !p.equals(key.project())).isEmpty()
          && kind.filter(k -> k != key.kind()).isEmpty()
          && name.filter(n -> !n.equals(key.name())).isEmpty()) {
        items.add(statuses.object(live));
      }
    }
    call.answer(200, json);
  }

  private void resource(Call call) {
    call.answer(200, statuses.object(live(call)));
  }

  private Live live(Call call) {
    Key key = call.key();
    return control
        .live(key)
        .orElseThrow(() ->
            new NaruException(
                Code.NOT_FOUND, "there is no " + key + "; naru get lists what there is"));
  }

  private void events(Call call) {
    Key key = live(call).stored().key();
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    store
        .events(key, call.number("limit", 1, MOST).orElse(USUAL))
        .forEach(e -> items.add(describe(e)));
    call.answer(200, json);
  }

  static ObjectNode describe(Event event) {
    return Json.object()
        .put("at", Times.text(event.at()))
        .put("level", Words.of(event.level()))
        .put("reason", event.reason())
        .put("message", event.message());
  }

  private void why(Call call) {
    Live live = live(call);
    Why why = Why.of(live, statuses.standing(live), store.events(live.stored().key(), MOST));
    ObjectNode json =
        Json.object().put("ref", why.ref()).put("phase", why.phase()).put("summary", why.summary());
    ArrayNode causes = json.putArray("causes");
    why.causes()
        .forEach(c ->
            causes
                .addObject()
                .put("at", Times.text(c.at()))
                .put("level", Words.of(c.level()))
                .put("text", c.text()));
    call.answer(200, json);
  }

  private void rerun(Call call) {
    Key key = live(call).stored().key();
    if (key.kind() != Kind.TRAINING && key.kind() != Kind.PREPARATION) {
      throw new NaruException(
          Code.INVALID, "cannot run " + key.ref() + " again: only trainings and preparations run");
    }
    call.answer(202, Json.object().put("run", control.rerun(key, ProjectRoutes.who())));
  }

  private void scale(Call call) {
    Live live = live(call);
    Key key = live.stored().key();
    if (!(live.stored().resource() instanceof Inference)) {
      throw new NaruException(
          Code.INVALID, "cannot scale " + key.ref() + ": only inferences have replicas to scale");
    }
    JsonNode body = call.body();
    OptionalInt replicas = whole(body, "replicas");
    OptionalInt min = whole(body, "min");
    if (replicas.isPresent() == min.isPresent()) {
      throw new NaruException(Code.INVALID, "expected either replicas or min in the body");
    }
    control.scale(
        key,
        replicas.isPresent() ? replicas.getAsInt() : min.getAsInt(),
        whole(body, "max"),
        ProjectRoutes.who());
    call.answer(200, statuses.object(live(call)));
  }

  private void checkAudit(Call call) {
    AuditChain.Report report =
        call.query(CLUSTER).map(n -> store.ofCluster(n).check()).orElseGet(store::checkAudit);
    ObjectNode json =
        Json.object()
            .put("entries", report.entries())
            .put("unchained", report.unchained())
            .put("head", report.head())
            .put("whole", report.broken().isEmpty());
    report.broken().ifPresent(words -> json.put("broken", words));
    call.answer(200, json);
  }

  private static OptionalInt whole(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > 1000) {
      throw new NaruException(
          Code.INVALID,
          "expected a whole number from 0 to 1000 for %s, found %s".formatted(field, value));
    }
    return OptionalInt.of(value.intValue());
  }

  private void audit(Call call) {
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    int limit = call.number("limit", 1, MOST).orElse(USUAL);
    for (AuditEntry entry :
        call.query(CLUSTER)
            .map(n -> store.ofCluster(n).entries(limit))
            .orElseGet(() -> store.audit(limit))) {
      items
          .addObject()
          .put("at", Times.text(entry.at()))
          .put("who", entry.who())
          .put("action", entry.action())
          .put("target", entry.target())
          .put("outcome", entry.outcome())
          .put("detail", entry.detail());
    }
    call.answer(200, json);
  }
}
