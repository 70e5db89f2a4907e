package dev.naru.engine.kubernetes;

import dev.naru.engine.kubernetes.ImageRules.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What was said of images by the rules that count now, and what becomes of the list of {@link
 * AllowedImages} by it. Pure.
 *
 * @param version of the rules
 * @param told what was said by them, by reference
 */
record Recall(String version, Map<String, Told> told) {
  /**
   * How long an image that runs stays in the list where nobody could tell: its healing waits for no
   * registry, but none can keep its images in the list for good by being silent.
   */
  static final Duration PATIENCE = Duration.ofHours(1);

  /** What was refused may have been signed since, or its registry was slow. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** Before anything is known. */
  static final Recall NOTHING = new Recall("", Map.of());

  /** What was said of an image, and since when: only what is unknown is that for a while. */
  record Told(Answer answer, Instant at) {}

  /**
   * What there is to decide about.
   *
   * @param list what is kept by key
   * @param ours references that Naru's own objects name, by namespace: these belong in the list
   * @param running keys of all images that run, whoever made their pods
   * @param systemImage Naru's own image by digest, which nobody asks about
   */
  record Seen(
      Map<String, String> list,
      Map<String, Set<String>> ours,
      Set<String> running,
      String systemImage) {
    /** Copies the collections. */
    Seen {
      list = Map.copyOf(list);
      ours = Map.copyOf(ours);
      running = Set.copyOf(running);
    }

    /** The references that are asked about, by key: one good one is enough for a digest. */
    SortedMap<String, Set<String>> references() {
      SortedMap<String, Set<String>> all = new TreeMap<>();
      list.forEach((key, kept) -> add(all, key, kept));
      ours.forEach((project, images) ->
          images.forEach(i -> AllowedImages.key(project, i).ifPresent(key -> add(all, key, i))));
      return all;
    }

    private void add(SortedMap<String, Set<String>> all, String key, String ref) {
      boolean own =
          AllowedImages.own(list.getOrDefault(key, ""))
              || AllowedImages.key(AllowedImages.project(key), systemImage)
                  .equals(Optional.of(key));
      if (!own) {
        all.computeIfAbsent(key, _ -> new TreeSet<>()).add(ref);
      }
    }
  }

  /**
   * How the list changes.
   *
   * @param entered references by key
   * @param removed keys
   */
  record Change(SortedMap<String, String> entered, SortedSet<String> removed) {
    boolean none() {
      return entered.isEmpty() && removed.isEmpty();
    }
  }

  /** Copies the map. */
  Recall {
    told = Map.copyOf(told);
  }

  /**
   * The same under the rules that count now: where they changed, all is to be asked about, but for
   * a list that was found good by just these.
   */
  Recall under(String counting, AllowedImages.Listed list, Instant now) {
    if (counting.equals(version)) {
      return this;
    }
    Map<String, Told> good =
        list.rules().equals(counting)
            ? list.images().values().stream()
                .distinct()
                .collect(Collectors.toMap(i -> i, _ -> new Told(Answer.GOOD, now)))
            : Map.of();
    return new Recall(counting, good);
  }

  /** The references that are to be asked about now. */
  SortedSet<String> questions(Seen seen, Instant now) {
    return references(seen, ref -> due(ref, now));
  }

  private boolean due(String ref, Instant now) {
    Told before = told.get(ref);
    return before == null
        || switch (before.answer()) {
          case GOOD -> false;
          case REFUSED -> !now.isBefore(before.at().plus(AGAIN));
          case UNKNOWN -> true;
        };
  }

  private static SortedSet<String> references(Seen seen, Predicate<String> wanted) {
    return seen.references().values().stream()
        .flatMap(Set::stream)
        .filter(wanted)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** With answers; what is of nothing that is seen is forgotten. */
  Recall with(Map<String, Answer> answers, Seen seen, Instant now) {
    Map<String, Told> all = new HashMap<>(told);
    answers.forEach((ref, answer) -> {
      if (answer != Answer.UNKNOWN || !is(ref, Answer.UNKNOWN)) {
        all.put(ref, new Told(answer, now));
      }
    });
    all.keySet().retainAll(references(seen, _ -> true));
    return new Recall(version, all);
  }

  /** What becomes of the list. */
  Change change(Seen seen, Instant now) {
    Change change = new Change(new TreeMap<>(), new TreeSet<>());
    seen.references()
        .forEach((key, refs) -> {
          Optional<String> kept = Optional.ofNullable(seen.list().get(key));
          if (kept.filter(k -> is(k, Answer.GOOD)).isPresent()) {
            return;
          }
          Optional<String> good = refs.stream().filter(r -> is(r, Answer.GOOD)).findFirst();
          boolean waits =
              seen.running().contains(key) && refs.stream().anyMatch(r -> waits(r, now));
          if (good.isPresent()) {
            change.entered().put(key, good.get());
          } else if (kept.isPresent() && !waits) {
            change.removed().add(key);
          }
        });
    return change;
  }

  private boolean is(String ref, Answer answer) {
    return Optional.ofNullable(told.get(ref)).filter(t -> t.answer() == answer).isPresent();
  }

  private boolean waits(String ref, Instant now) {
    return Optional.ofNullable(told.get(ref))
        .filter(t -> t.answer() == Answer.UNKNOWN && now.isBefore(t.at().plus(PATIENCE)))
        .isPresent();
  }

  /** Whether all that is in the list is good by these rules. */
  boolean good(Seen seen) {
    return seen.references().keySet().stream()
        .flatMap(key -> Optional.ofNullable(seen.list().get(key)).stream())
        .allMatch(kept -> is(kept, Answer.GOOD));
  }
}
