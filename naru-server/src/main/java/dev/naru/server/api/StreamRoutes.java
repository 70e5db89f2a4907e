package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.server.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers that go on: changes of everything, and logs. */
final class StreamRoutes {
  /** A client that lags so far behind is let go: it asks again and gets the present state. */
  private static final int MOST_WAITING = 10_000;

  private static final int PING_SECONDS = 15;

  private final Control control;
  private final Statuses statuses;
  private final Streams streams;

  StreamRoutes(Control control, Statuses statuses, Streams streams) {
    this.control = control;
    this.statuses = statuses;
    this.streams = streams;
  }

  List<Route> list() {
    return List.of(
        Route.get("/api/v1/events", this::events),
        Route.get(
            "/api/v1/resources/{project}/{kind}/{name}/logs",
            call -> Logs.answer(call, control, streams)));
  }

  private void events(Call call) throws InterruptedException {
    Optional<String> project = call.query("project");
    BlockingQueue<Optional<Change>> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    AtomicBoolean ended = new AtomicBoolean();
    Streams.End end =
        () -> {
          ended.set(true);
          waiting.offer(Optional.empty()); // wakes the reader; where it is full, nobody sleeps
        };
    streams.add(end);
    try (EventStream out = new EventStream(call.response());
        Control.Subscription _ =
            control.subscribe(change -> {
              if (isOf(change, project) && !waiting.offer(Optional.of(change))) {
                ended.set(true);
              }
            })) {
      follow(out, waiting, ended, project);
    } finally {
      streams.remove(end);
    }
  }

  private void follow(
      EventStream out,
      BlockingQueue<Optional<Change>> waiting,
      AtomicBoolean ended,
      Optional<String> project)
      throws InterruptedException {
    Map<Key, JsonNode> sent = new HashMap<>();
    for (Live live : control.live()) {
      if (project.filter(p -> !p.equals(live.stored().key().project())).isEmpty()) {
        sendIfNew(out, live, sent);
      }
    }
    out.send("synced", Json.object());
    while (!ended.get()) {
      Optional<Change> change = waiting.poll(PING_SECONDS, TimeUnit.SECONDS);
      if (change == null) {
        out.ping();
      } else if (change.isPresent()) {
        send(out, change.get(), sent);
      }
    }
  }

  private void send(EventStream out, Change change, Map<Key, JsonNode> sent) {
    switch (change) {
      case Change.Updated(Live live) -> sendIfNew(out, live, sent);
      case Change.Happened(Event event) -> out.send("event", describe(event));
      case Change.Removed(Key key) -> {
        sent.remove(key);
        statuses.forget(key);
        out.send("removed", describe(key));
      }
    }
  }

  private void sendIfNew(EventStream out, Live live, Map<Key, JsonNode> sent) {
    ObjectNode object = statuses.object(live);
    if (!object.equals(sent.put(live.stored().key(), object))) {
      out.send("resource", object);
    }
  }

  private static boolean isOf(Change change, Optional<String> project) {
    Key key =
        switch (change) {
          case Change.Updated(Live live) -> live.stored().key();
          case Change.Happened(Event event) -> event.key();
          case Change.Removed(Key removed) -> removed;
        };
    return project.filter(p -> !p.equals(key.project())).isEmpty();
  }

  private static ObjectNode describe(Event event) {
    ObjectNode json = describe(event.key());
    json.setAll(ResourceRoutes.describe(event));
    return json;
  }

  private static ObjectNode describe(Key key) {
    return Json.object()
        .put("project", key.project())
        .put("kind", key.kind().word())
        .put("name", key.name())
        .put("ref", key.ref());
  }
}
