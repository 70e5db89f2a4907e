package dev.naru.server.operator;

import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.trust.ImageTrust;
import dev.naru.spec.Inference;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Who asked for what each resource is now, as the webhook recorded it before it was let in. Where
 * the webhook was not asked, that nobody knows is recorded, once for each generation.
 */
final class Requesters {
  private static final String UNKNOWN = "unknown";

  /** Enough for what has just been changed, for much of it at once. */
  private static final List<Integer> LOOKS = List.of(200, 1_000);

  /** Enough for what was changed while no operator was there. */
  private static final List<Integer> FIRST_LOOKS = List.of(200, 10_000);

  private final IntFunction<List<AuditEntry>> newest;
  private final Consumer<AuditEntry> audit;
  private final Function<Key, Optional<Requester>> shown;
  private final Clock clock;
  private final Map<Key, Requester> known = new HashMap<>();
  private List<Integer> looks = FIRST_LOOKS;

  /**
   * Who asked for one generation of a resource.
   *
   * @param user as the API server knows them, or {@code unknown}
   */
  record Requester(long generation, String user) {}

  /**
   * Knows nothing yet.
   *
   * @param newest returns so many entries of the audit, oldest first
   * @param audit adds to it
   * @param shown what the status of a resource says of it
   */
  Requesters(
      IntFunction<List<AuditEntry>> newest,
      Consumer<AuditEntry> audit,
      Function<Key, Optional<Requester>> shown,
      Clock clock) {
    this.newest = newest;
    this.audit = audit;
    this.shown = shown;
    this.clock = clock;
  }

  /** Empty as long as it was not looked for. */
  Optional<Requester> of(Key key) {
    return Optional.ofNullable(known.get(key));
  }

  /**
   * Looks for those that are not known.
   *
   * @throws dev.naru.core.NaruException where the audit cannot be read or added to; what was found
   *     is known
   */
  void look(Collection<Stored> all) {
    known.keySet().retainAll(all.stream().map(Stored::key).toList());
    all.stream()
        .filter(s -> !known.containsKey(s.key()))
        .forEach(s -> shown.apply(s.key()).ifPresent(r -> known.put(s.key(), r)));
    for (int limit : looks) {
      List<Stored> open = open(all);
      if (!open.isEmpty()) {
        find(open, newest.apply(limit));
      }
    }
    looks = LOOKS;
    for (Stored stored : open(all)) {
      audit.accept(
          new AuditEntry(
              clock.instant(),
              ImageTrust.WHO,
              "change",
              stored.key().toString(),
              "accepted",
              Changes.GENERATION
                  + stored.generation()
                  + " requester unknown: the webhook was not asked"));
      known.put(stored.key(), new Requester(stored.generation(), UNKNOWN));
    }
  }

  private List<Stored> open(Collection<Stored> all) {
    return all.stream()
        .filter(s -> of(s.key()).filter(r -> r.generation() == s.generation()).isEmpty())
        .toList();
  }

  private void find(List<Stored> open, List<AuditEntry> entries) {
    for (Stored stored : open) {
      String target = stored.key().toString();
      for (AuditEntry entry : entries.reversed()) {
        if (entry.target().equals(target) && entry.outcome().equals("accepted")) {
          if (entry.action().equals("delete")) {
            break; // what is before is of another one with its name
          }
          if (tells(entry, stored)) {
            known.put(stored.key(), new Requester(stored.generation(), entry.who()));
            break;
          }
        }
      }
    }
  }

  /** A scale does not say which generation it makes, but what it comes to. */
  private static boolean tells(AuditEntry entry, Stored stored) {
    return switch (entry.action()) {
      case "create", "update" ->
          (entry.detail() + " ").startsWith(Changes.GENERATION + stored.generation() + " ");
      case "scale" ->
          stored.resource() instanceof Inference inference
              && entry.detail().equals(Changes.REPLICAS + inference.spec().replicas().min());
      default -> false;
    };
  }
}
