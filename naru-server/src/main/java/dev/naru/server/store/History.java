package dev.naru.server.store;

import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Runs and attempts as rows of their own, so that they can be queried, and found when the state no
 * longer lists them. They are written with the state that tells of them and never read back.
 */
final class History {
  private History() {}

  /** Writes what {@code now} has and {@code before} had not. */
  static void write(Handle handle, @Nullable Stored before, Stored now) {
    Map<Integer, Run> known = new HashMap<>();
    if (before != null) {
      runs(before).forEach(r -> known.put(r.number(), r));
    }
    for (Run run : runs(now)) {
      Run old = known.get(run.number());
      if (!run.equals(old)) {
        run(handle, now.key(), run);
        List<Attempt> had = old == null ? List.of() : old.attempts();
        run.attempts().stream()
            .filter(a -> !had.contains(a))
            .forEach(a -> attempt(handle, now.key(), run.number(), a));
      }
    }
  }

  /** Removes the rows of a resource. */
  static void remove(Handle handle, Key key) {
    for (String table : List.of("run", "attempt")) {
      bind(
              handle.createUpdate(
                  "DELETE FROM "
                      + table
                      + " WHERE project = :project AND kind = :kind AND name = :name"),
              key)
          .execute();
    }
  }

  private static List<Run> runs(Stored stored) {
    return stored.state() instanceof State.OfRuns of ? of.runs() : List.of();
  }

  private static void run(Handle handle, Key key, Run run) {
    bind(
            handle.createUpdate(
                """
                INSERT OR REPLACE INTO run
                  (project, kind, name, number, key, cause, phase, message, started_at, ended_at)
                VALUES (:project, :kind, :name, :number, :key, :cause, :phase, :message,
                  :started, :ended)\
                """),
            key)
        .bind("number", run.number())
        .bind("key", run.key())
        .bind("cause", run.cause().name())
        .bind("phase", run.phase().name())
        .bind("message", run.message())
        .bind("started", run.startedAt().toString())
        .bind("ended", text(run.endedAt()))
        .execute();
  }

  private static void attempt(Handle handle, Key key, int run, Attempt attempt) {
    bind(
            handle.createUpdate(
                """
                INSERT OR REPLACE INTO attempt
                  (project, kind, name, run, member, number, phase, outcome, reason,
                   started_at, ended_at, resumed_from_step)
                VALUES (:project, :kind, :name, :run, :member, :number, :phase, :outcome, :reason,
                  :started, :ended, :step)\
                """),
            key)
        .bind("run", run)
        .bind("member", attempt.index())
        .bind("number", attempt.number())
        .bind("phase", attempt.phase().name())
        .bind("outcome", attempt.outcome().map(Enum::name).orElse(null))
        .bind("reason", attempt.reason())
        .bind("started", text(attempt.startedAt()))
        .bind("ended", text(attempt.endedAt()))
        .bind("step", attempt.resumedFromStep().orElse(null))
        .execute();
  }

  /** Binds the columns of a key. */
  static <T extends SqlStatement<T>> T bind(T statement, Key key) {
    return statement
        .bind("project", key.project())
        .bind("kind", key.kind().lower())
        .bind("name", key.name());
  }

  private static @Nullable String text(Optional<Instant> at) {
    return at.map(Instant::toString).orElse(null);
  }
}
