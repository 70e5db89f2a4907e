package dev.naru.core.engine;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an attempt begins, as a pure rule; whoever can see the volume lists and records, this
 * decides. See {@link Question.Resume}.
 */
public final class ResumeRule {
  /** Name of the record in {@code attempts/<attempt>}. */
  public static final String RECORD = "resume";

  private static final Pattern STEP = Pattern.compile("step-(0|[1-9][0-9]{0,17})");
  private static final Pattern TEXT =
      Pattern.compile(
          "step (0|[1-9][0-9]{0,17})\nfresh (true|false)\nfrom (-|attempts/[0-9]+/step-[0-9]+)\n");

  private ResumeRule() {}

  /** The directory of an attempt. */
  public static Location.InVolume attempt(Location.InVolume run, int attempt) {
    return run.resolve("attempts").resolve(Integer.toString(attempt));
  }

  /** The step of a complete checkpoint by its directory's name; any other name is none. */
  public static OptionalLong step(String name) {
    Matcher m = STEP.matcher(name);
    return m.matches() ? OptionalLong.of(Long.parseLong(m.group(1))) : OptionalLong.empty();
  }

  /** The step of the newest complete checkpoint among the directories of an attempt. */
  public static OptionalLong newest(Collection<String> names) {
    return names.stream()
        .map(ResumeRule::step)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .max();
  }

  /** Where the first attempt begins: from nothing. */
  public static Fact.Resume nothing() {
    return new Fact.Resume(Optional.empty(), 0, false);
  }

  /**
   * Where an attempt after the first begins: from the newest checkpoint of the attempt before, else
   * where that one began.
   *
   * @param attempt from 2
   * @param names names of the directories in the directory of the attempt before
   * @param before where the attempt before began
   */
  public static Fact.Resume choose(
      Location.InVolume run, int attempt, Collection<String> names, Fact.Resume before) {
    OptionalLong newest = newest(names);
    if (newest.isEmpty()) {
      return new Fact.Resume(before.from(), before.step(), false);
    }
    long step = newest.getAsLong();
    return new Fact.Resume(
        Optional.of(attempt(run, attempt - 1).resolve("step-" + step)), step, true);
  }

  /** What is written into the record. */
  public static String write(Location.InVolume run, Fact.Resume resume) {
    String from = resume.from().map(l -> l.path().substring(run.path().length() + 1)).orElse("-");
    return "step " + resume.step() + "\nfresh " + resume.fresh() + "\nfrom " + from + "\n";
  }

  /** What a record says; empty where it was not written to its end. */
  public static Optional<Fact.Resume> read(Location.InVolume run, String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    Optional<Location> from =
        "-".equals(m.group(3)) ? Optional.empty() : Optional.of(run.resolve(m.group(3)));
    return Optional.of(
        new Fact.Resume(from, Long.parseLong(m.group(1)), Boolean.parseBoolean(m.group(2))));
  }
}
