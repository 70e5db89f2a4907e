package dev.naru.server.loop;

import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.trust.ImageTrust;
import dev.naru.spec.Kind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a decision starts, for the audit: what shall run, from which image, on which data. Pure. A
 * detail is {@code name=value} words: {@code image}, {@code model}, {@code input.NAME}.
 *
 * @param key of the workload
 * @param others finds what its inputs come from
 */
record Starts(Key key, Function<Key, Optional<Stored>> others) {
  /**
   * The entries of what starts by that.
   *
   * @param before as it was
   * @param now as it is decided
   */
  static List<AuditEntry> of(
      Stored before, State now, Function<Key, Optional<Stored>> others, Instant at) {
    Starts starts = new Starts(before.key(), others);
    Map<String, String> known = starts.in(before.state());
    return starts.in(now).entrySet().stream()
        .filter(e -> !known.containsKey(e.getKey()))
        .map(e -> new AuditEntry(at, ImageTrust.WHO, "start", e.getKey(), "accepted", e.getValue()))
        .toList();
  }

  /** What has started by a state, with its data. */
  private Map<String, String> in(State state) {
    Map<String, String> started = new LinkedHashMap<>();
    switch (state) {
      case State.OfThing _ -> {}
      case State.OfRuns runs -> runs.runs().forEach(run -> attempts(run, started));
      case State.OfService service ->
          service.revisions().forEach(r -> started.put(key + " revision " + r.number(), data(r)));
    }
    return started;
  }

  private void attempts(Run run, Map<String, String> started) {
    for (Attempt attempt : run.attempts()) {
      if (attempt.startedAt().isPresent()) {
        String shard = key.kind() == Kind.PREPARATION ? " shard " + attempt.index() : "";
        started.put(
            "%s run %s%s attempt %d"
                .formatted(key, RunGroups.runName(key, run.number()), shard, attempt.number()),
            data(run));
      }
    }
  }

  private String data(Run run) {
    StringBuilder words = new StringBuilder("image=").append(run.imageDigest());
    run.sources()
        .forEach((name, source) ->
            words
                .append(" input.")
                .append(name)
                .append('=')
                .append(sealed(name, source.run()).orElse("run-" + source.run())));
    return words.toString();
  }

  private Optional<String> sealed(String preparation, int number) {
    return others
        .apply(new Key(key.project(), Kind.PREPARATION, preparation))
        .filter(s -> s.state() instanceof State.OfRuns)
        .flatMap(s ->
            ((State.OfRuns) s.state())
                .runs().stream().filter(r -> r.number() == number).findFirst())
        .flatMap(Run::sealed)
        .map(sealed -> sealed.digest());
  }

  private static String data(Revision revision) {
    StringBuilder words = new StringBuilder();
    revision.imageDigest().ifPresent(d -> words.append("image=").append(d));
    revision
        .modelDigest()
        .ifPresent(d ->
            words
                .append(words.isEmpty() ? "" : " ")
                .append("model=")
                .append(d)
                .append(" version=")
                .append(revision.model().map(String::valueOf).orElse("")));
    return words.toString();
  }
}
