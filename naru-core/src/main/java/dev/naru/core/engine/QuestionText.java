package dev.naru.core.engine;

import dev.naru.spec.TreeDigest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Questions as words and facts as one line of percent-encoded text, for a program that answers them
 * where the volumes are mounted. Loaded where there is nothing but Naru's own code.
 */
public final class QuestionText {
  /** What the line with the answer begins with. */
  public static final String ANSWER = "naru:answer ";

  /** What a program says to a question that only later versions of it know. */
  public static final String UNHEARD = "no such question: ";

  /** Not "attach": who knows that word puts one signature in the place of every other. */
  private static final String ATTACH = "sign";

  private static final String NONE = "-";

  /** Where the volumes of a question are mounted. */
  public static final String ROOT = "/naru/out/";

  /** The folder of a project's models: no Volume has such a name. */
  public static final String MODELS = "_models";

  private QuestionText() {}

  /** The words of a question. */
  public static List<String> write(Question question) {
    return switch (question) {
      case Question.Resume q -> words("resume", location(q.run()), Integer.toString(q.attempt()));
      case Question.Checkpoint q ->
          words("checkpoint", location(q.run()), Integer.toString(q.attempt()));
      case Question.Seal q -> words("seal", location(q.directory()));
      case Question.Publish q -> words("publish", location(q.model()), location(q.target()));
      case Question.Files q -> words("files", location(q.directory()));
      case Question.Attach q -> words(ATTACH, location(q.model()), q.signature());
    };
  }

  /**
   * The question that {@link #write(Question)} put into words.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static Question readQuestion(List<String> words) {
    return switch (words.getFirst()) {
      case "resume" ->
          new Question.Resume(
              (Location.InVolume) location(words.get(1)), Integer.parseInt(words.get(2)));
      case "checkpoint" ->
          new Question.Checkpoint(
              (Location.InVolume) location(words.get(1)), Integer.parseInt(words.get(2)));
      case "seal" -> new Question.Seal(location(words.get(1)));
      case "publish" -> new Question.Publish(location(words.get(1)), location(words.get(2)));
      case "files" -> new Question.Files(location(words.get(1)));
      case ATTACH -> new Question.Attach(location(words.get(1)), words.get(2));
      default -> throw new IllegalArgumentException(UNHEARD + words);
    };
  }

  /** The locations that a question is about. */
  public static List<Location> locations(Question question) {
    return switch (question) {
      case Question.Resume q -> List.of(q.run());
      case Question.Checkpoint q -> List.of(q.run());
      case Question.Seal q -> List.of(q.directory());
      case Question.Publish q -> List.of(q.model(), q.target());
      case Question.Files q -> List.of(q.directory());
      case Question.Attach q -> List.of(q.model());
    };
  }

  /** The folder under {@link #ROOT} that a location's volume is mounted at. */
  public static String folder(Location location) {
    return switch (location) {
      case Location.InVolume l -> l.volume();
      case Location.InModels _ -> MODELS;
    };
  }

  /** Where a location is while a question is answered. */
  public static Path place(Location location) {
    return Path.of(ROOT + folder(location)).resolve(location.path());
  }

  /** The line of a fact. */
  public static String write(Fact fact) {
    List<String> words =
        switch (fact) {
          case Fact.Resume f ->
              words(
                  "resume",
                  f.from().map(QuestionText::location).orElse(NONE),
                  Long.toString(f.step()),
                  Boolean.toString(f.fresh()));
          case Fact.Checkpoint f ->
              words("checkpoint", f.step().map(s -> Long.toString(s)).orElse(NONE));
          case Fact.Sealed f ->
              words("sealed", f.digest(), Integer.toString(f.files()), Long.toString(f.bytes()));
          case Fact.Published f -> {
            List<String> w = words("published", f.digest(), Long.toString(f.bytes()));
            f.metrics()
                .forEach((name, value) -> {
                  w.add(name);
                  w.add(Double.toString(value));
                });
            yield w;
          }
          case Fact.Files f -> {
            List<String> w = words("files");
            f.entries()
                .forEach(e -> w.addAll(List.of(e.path(), Long.toString(e.size()), e.sha256())));
            yield w;
          }
          case Fact.Attached _ -> words("attached");
          case Fact.Pending _ -> words("pending");
          case Fact.Refused f -> words("refused", f.reason());
          case Fact.Unknown f -> words("unknown", f.reason());
        };
    return ANSWER + String.join(" ", words.stream().map(QuestionText::encode).toList());
  }

  /** What a line says; empty where it is no answer. */
  public static Optional<Fact> readFact(String line) {
    if (!line.startsWith(ANSWER)) {
      return Optional.empty();
    }
    List<String> w = new ArrayList<>();
    for (String word : line.substring(ANSWER.length()).split(" ", -1)) {
      w.add(URLDecoder.decode(word, StandardCharsets.UTF_8));
    }
    return Optional.of(
        switch (w.getFirst()) {
          case "resume" ->
              new Fact.Resume(
                  w.get(1).equals(NONE) ? Optional.empty() : Optional.of(location(w.get(1))),
                  Long.parseLong(w.get(2)),
                  Boolean.parseBoolean(w.get(3)));
          case "checkpoint" ->
              new Fact.Checkpoint(
                  w.get(1).equals(NONE) ? Optional.empty() : Optional.of(Long.parseLong(w.get(1))));
          case "sealed" ->
              new Fact.Sealed(w.get(1), Integer.parseInt(w.get(2)), Long.parseLong(w.get(3)));
          case "published" -> new Fact.Published(w.get(1), Long.parseLong(w.get(2)), metrics(w));
          case "files" -> new Fact.Files(entries(w));
          case "attached" -> new Fact.Attached();
          case "pending" -> new Fact.Pending();
          case "refused" -> new Fact.Refused(w.get(1));
          case "unknown" -> new Fact.Unknown(w.get(1));
          default -> throw new IllegalArgumentException("no such fact: " + line);
        });
  }

  private static SortedMap<String, Double> metrics(List<String> words) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (int i = 3; i + 1 < words.size(); i += 2) {
      metrics.put(words.get(i), Double.parseDouble(words.get(i + 1)));
    }
    return metrics;
  }

  private static List<TreeDigest.Entry> entries(List<String> words) {
    List<TreeDigest.Entry> entries = new ArrayList<>();
    for (int i = 1; i + 2 < words.size(); i += 3) {
      entries.add(
          new TreeDigest.Entry(words.get(i), Long.parseLong(words.get(i + 1)), words.get(i + 2)));
    }
    return entries;
  }

  private static List<String> words(String... words) {
    return new ArrayList<>(List.of(words));
  }

  private static String encode(String word) {
    return URLEncoder.encode(word, StandardCharsets.UTF_8);
  }

  /** Project, volume and path, joined by what none of the names can hold. */
  private static String location(Location location) {
    return switch (location) {
      case Location.InVolume l -> "v:" + l.project() + ":" + l.volume() + ":" + l.path();
      case Location.InModels l -> "m:" + l.project() + ":" + l.path();
    };
  }

  private static Location location(String text) {
    if (text.startsWith("v:")) {
      String[] parts = text.split(":", 4);
      return new Location.InVolume(parts[1], parts[2], parts[3]);
    }
    String[] parts = text.split(":", 3);
    return new Location.InModels(parts[1], parts[2]);
  }
}
