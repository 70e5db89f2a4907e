package dev.naru.cli.follow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ApiException;
import dev.naru.cli.api.EventStream;
import dev.naru.cli.follow.Goals.Reached;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Status;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Watches the events of one project until all is reached or the rest cannot be. A control plane
 * that dies meanwhile is waited for: the work goes on without it, and so does this.
 */
public final class Follow {
  private static final long TICK_MILLIS = 250;
  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
  private static final Duration AWAY_LIMIT = Duration.ofSeconds(60);

  private final Supplier<Api> connect;
  private final String project;
  private final List<Wanted> wanted;
  private final View view;
  private final Patience patience;
  private final Clock clock;
  private final Map<String, Status> seen = new LinkedHashMap<>();
  private boolean heard;

  /** What arrives from the stream's thread. */
  private sealed interface News {
    record Changed(Status status) implements News {}

    record Removed(String ref) implements News {}

    record Synced() implements News {}

    record Broken(String why) implements News {}
  }

  /**
   * @param connect gives the API of a control plane that runs, also after it has died
   * @param patience when to give up on what stands still
   */
  public Follow(
      Supplier<Api> connect,
      String project,
      List<Wanted> wanted,
      View view,
      Patience patience,
      Clock clock) {
    this.connect = connect;
    this.project = project;
    this.wanted = List.copyOf(wanted);
    this.view = view;
    this.patience = patience;
    this.clock = clock;
  }

  /** What was last seen of each workload, by ref, in the order of the file. */
  public Map<String, Status> seen() {
    Map<String, Status> ordered = new LinkedHashMap<>();
    for (Wanted one : wanted) {
      Status status = seen.get(one.ref());
      if (status != null) {
        ordered.put(one.ref(), status);
      }
    }
    return ordered;
  }

  /**
   * How each workload ended, by one look; empty where one is still open. A command that has nothing
   * to follow is spared the stream, whose reader would keep the JVM from ending for 300 ms.
   */
  public Optional<Map<String, Reached>> already() throws IOException {
    String path = "/api/v1/resources?project=" + Api.encode(project);
    for (JsonNode item : connect.get().get(path).path("items")) {
      Status status = new Status(item);
      if (wanted.stream().anyMatch(w -> w.ref().equals(status.ref()))) {
        seen.put(status.ref(), status);
      }
    }
    Map<String, Reached> judged = Goals.judge(wanted, seen);
    return judged.containsValue(Reached.OPEN) ? Optional.empty() : Optional.of(judged);
  }

  /** Returns when no workload is waited for any more: how each of them ended. */
  public Map<String, Reached> run() throws InterruptedException {
    Instant lastWord = clock.instant();
    while (true) {
      LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
      Thread reader = Thread.ofVirtual().start(() -> read(news));
      String broken;
      try {
        broken = watch(news);
      } finally {
        reader.interrupt();
      }
      Map<String, Reached> judged = Goals.judge(wanted, seen);
      Set<String> stuck = stuck(judged);
      if (!judged.containsValue(Reached.OPEN) || !stuck.isEmpty()) {
        view.end();
        stuck.forEach(ref -> judged.put(ref, Reached.STUCK));
        return judged;
      }
      if (heard) {
        lastWord = clock.instant();
        heard = false;
      }
      if (Duration.between(lastWord, clock.instant()).compareTo(AWAY_LIMIT) > 0) {
        throw CommandException.unreachable(
            "cannot follow project " + project + ": " + broken + "; the work goes on");
      }
      Thread.sleep(TICK_MILLIS);
    }
  }

  private Set<String> stuck(Map<String, Reached> judged) {
    return patience.exhausted(wanted, seen, judged, clock.instant());
  }

  /** Takes news until nothing is waited for or the stream breaks; returns why it broke. */
  private String watch(LinkedBlockingQueue<News> news) throws InterruptedException {
    long ticked = System.nanoTime();
    while (true) {
      News next = news.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
      if (next instanceof News.Broken(String why)) {
        return why;
      }
      if (next != null) {
        heard = true;
        take(next);
      }
      Map<String, Reached> judged = Goals.judge(wanted, seen);
      if (news.isEmpty() && (!judged.containsValue(Reached.OPEN) || !stuck(judged).isEmpty())) {
        return "";
      }
      if (next == null || System.nanoTime() - ticked >= TICK_NANOS) {
        view.tick();
        ticked = System.nanoTime();
      }
    }
  }

  private void take(News news) {
    switch (news) {
      case News.Changed(Status status) -> {
        if (wanted.stream().anyMatch(w -> w.ref().equals(status.ref()))) {
          seen.put(status.ref(), status);
          view.show(status);
        }
      }
      case News.Removed(String ref) -> {
        if (wanted.stream().anyMatch(w -> w.ref().equals(ref))) {
          throw CommandException.failed(
              "cannot finish: " + ref + " was removed meanwhile by another command");
        }
      }
      case News.Synced _, News.Broken _ -> {}
    }
  }

  private void read(LinkedBlockingQueue<News> news) {
    try (EventStream events =
        new EventStream(connect.get().stream("/api/v1/events?project=" + Api.encode(project)))) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        Status status = new Status(event.get().data());
        if (!status.project().isEmpty() && !status.project().equals(project)) {
          continue;
        }
        switch (event.get().name()) {
          case "resource" -> news.add(new News.Changed(status));
          case "removed" -> news.add(new News.Removed(status.ref()));
          case "synced" -> news.add(new News.Synced());
          default -> {}
        }
      }
      news.add(new News.Broken("the control plane has ended the stream"));
    } catch (IOException | ApiException | CommandException e) {
      news.add(new News.Broken(String.valueOf(e.getMessage())));
    }
  }
}
