package dev.naru.engine.local.docker;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.ProgressLine;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest progress line of each container: the end of its log when it is first looked at and
 * when it has ended, every line as it comes in between.
 */
final class ProgressReader implements AutoCloseable {
  /** A progress line further back than this many lines is found only by who followed. */
  private static final int TAIL = 200;

  private final DockerLogs logs;
  private final Consumer<String> woken;
  private final Map<String, Followed> all = new ConcurrentHashMap<>();

  /**
   * @param woken told the id of a container that has made progress
   */
  ProgressReader(DockerLogs logs, Consumer<String> woken) {
    this.logs = logs;
    this.woken = woken;
  }

  /** What is known of one container. */
  private final class Followed {
    private final String id;
    private volatile Optional<Progress> newest = Optional.empty();
    private DockerLogs.@Nullable Reading reading;
    private boolean readToTheEnd;

    Followed(String id) {
      this.id = id;
    }

    /** A line with the engine's time before it. */
    boolean add(String line) {
      int space = line.indexOf(' ');
      if (space > 0 && line.startsWith(ProgressLine.PREFIX, space + 1)) {
        ProgressLine.parse(line.substring(space + 1), time(line.substring(0, space)))
            .filter(p -> !newest.filter(n -> n.at().isAfter(p.at())).isPresent())
            .filter(p -> !newest.equals(Optional.of(p)))
            .ifPresent(p -> {
              newest = Optional.of(p);
              woken.accept(id);
            });
      }
      return true;
    }

    synchronized Optional<Progress> look(boolean ended) {
      if (ended) {
        stop();
        if (!readToTheEnd) {
          logs.read(id, TAIL, false, true, this::add);
          readToTheEnd = true;
        }
      } else if (reading == null || reading.over()) {
        // The first look, or the engine was away.
        logs.read(id, TAIL, false, true, this::add);
        reading = logs.open(id, TAIL, true, true, this::add);
      }
      return newest;
    }

    synchronized void stop() {
      if (reading != null) {
        reading.stop();
        reading = null;
      }
    }
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** The newest progress line; empty where there is none, or it cannot be read now. */
  Optional<Progress> look(String id, boolean neverStarted, boolean ended) {
    if (neverStarted) {
      return Optional.empty();
    }
    try {
      return all.computeIfAbsent(id, Followed::new).look(ended);
    } catch (NaruException e) {
      if (e.code() == NaruException.Code.ENGINE_UNREACHABLE) {
        throw e;
      }
      return Optional.empty();
    }
  }

  void keepOnly(Set<String> ids) {
    all.entrySet()
        .removeIf(e -> {
          if (ids.contains(e.getKey())) {
            return false;
          }
          e.getValue().stop();
          return true;
        });
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}
