package dev.naru.server.api;

import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Event;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Why a resource is where it is: one sentence for the present state, and the recorded events that
 * led to it, oldest first. Pure.
 *
 * @param ref the resource
 * @param phase where it stands
 * @param summary a sentence
 * @param causes what happened since the present run or revision began
 */
record Why(String ref, String phase, String summary, List<Cause> causes) {
  /** Something that happened, in words. */
  record Cause(Instant at, Event.Level level, String text) {}

  /** What the present state begins with: nothing before it is a cause any more. */
  private static final Set<String> BEGINNINGS =
      Set.of("RunStarted", "RunResumed", "RevisionCreated");

  private static final int MOST_CAUSES = 50;

  static Why of(Live live, Standing standing, List<Event> events) {
    String ref = live.stored().key().ref();
    return new Why(ref, standing.phase().name(), summary(live, standing), causes(events));
  }

  private static List<Cause> causes(List<Event> events) {
    int begin = 0;
    for (int i = 0; i < events.size(); i++) {
      if (BEGINNINGS.contains(events.get(i).reason())) {
        begin = i;
      }
    }
    begin = Math.max(begin, events.size() - MOST_CAUSES);
    List<Cause> causes = new ArrayList<>();
    for (Event event : events.subList(begin, events.size())) {
      causes.add(new Cause(event.at(), event.level(), sentence(event.message())));
    }
    return List.copyOf(causes);
  }

  private static String summary(Live live, Standing standing) {
    StringBuilder text = new StringBuilder(live.stored().key().ref());
    boolean over =
        standing.phase() == Standing.Phase.Succeeded || standing.phase() == Standing.Phase.Failed;
    text.append(over ? " has " : " is ");
    text.append(standing.phase().name().toLowerCase(Locale.ROOT));
    if (live.stored().state() instanceof State.OfRuns runs && runs.last().isPresent()) {
      text.append(run(live, runs.last().get()));
    }
    Optional<Condition> ready =
        standing.conditions().stream().filter(c -> c.type().equals("Ready")).findFirst();
    ready.ifPresent(c -> {
      if (!c.message().isEmpty()) {
        text.append(": ").append(c.message());
      } else if (!c.reason().equals(standing.phase().name())) {
        text.append(": ").append(c.reason());
      }
    });
    standing.conditions().stream()
        .filter(c -> c.type().equals("Promoted") && c.reason().equals("ModelNotPromoted"))
        .findFirst()
        .ifPresent(c -> text.append("; its model was not promoted: ").append(c.message()));
    return sentence(text.toString());
  }

  private static String run(Live live, Run run) {
    StringBuilder text = new StringBuilder(" (");
    text.append(RunGroups.runName(live.stored().key(), run.number()));
    run.attempts().stream()
        .mapToInt(Attempt::number)
        .max()
        .ifPresent(n -> text.append(", attempt ").append(n));
    run.progress()
        .ifPresent(p -> {
          text.append(", step ").append(p.step());
          p.total().ifPresent(total -> text.append(" of ").append(total));
        });
    return text.append(')').toString();
  }

  /** With a capital letter, except where it begins with a name, and a full stop. */
  private static String sentence(String text) {
    String ended = text.endsWith(".") ? text : text + ".";
    String first = ended.split(" ", 2)[0];
    boolean name = first.matches(".*[-/0-9].*");
    return name ? ended : ended.substring(0, 1).toUpperCase(Locale.ROOT) + ended.substring(1);
  }
}
