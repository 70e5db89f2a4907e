package dev.naru.core.testkit.engine;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.ModelFiles;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.ResumeRule;
import dev.naru.spec.TreeDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Volumes and models in memory, and what is asked of them. */
final class SimulatedFiles {
  private final TreeMap<String, String> texts = new TreeMap<>();
  private final TreeSet<String> folders = new TreeSet<>();

  static String path(Location location) {
    return switch (location) {
      case Location.InVolume l -> "volumes/" + l.project() + "/" + l.volume() + "/" + l.path();
      case Location.InModels l -> "models/" + l.project() + "/" + l.path();
    };
  }

  void write(String path, String text) {
    texts.put(path, text);
  }

  void append(String path, String text) {
    texts.merge(path, text, String::concat);
  }

  Optional<String> read(String path) {
    return Optional.ofNullable(texts.get(path));
  }

  /** Removes what is under a directory. */
  void remove(String directory) {
    under(directory).clear();
    folders.removeIf(f -> f.startsWith(directory + "/"));
  }

  /** Makes a folder, which may be empty. */
  void folder(String path) {
    folders.add(path);
  }

  /** Whether there is a folder. */
  boolean isFolder(String path) {
    return folders.contains(path)
        || folders.stream().anyMatch(f -> f.startsWith(path + "/"))
        || !under(path).isEmpty();
  }

  /** Every path under a directory, sorted; the text of a file, empty for a folder. */
  SortedMap<String, Optional<String>> tree(String directory) {
    SortedMap<String, Optional<String>> tree = new TreeMap<>();
    folders.stream()
        .filter(f -> f.startsWith(directory + "/"))
        .forEach(f -> tree.put(f, Optional.empty()));
    under(directory).forEach((path, text) -> tree.put(path, Optional.of(text)));
    return tree;
  }

  /** The files under a directory, by whole path. */
  private SortedMap<String, String> under(String directory) {
    return texts.subMap(directory + "/", directory + "0");
  }

  Fact answer(Question question) {
    return switch (question) {
      case Question.Resume q -> resume(q.run(), q.attempt());
      case Question.Checkpoint q -> {
        OptionalLong newest =
            ResumeRule.newest(folders(path(ResumeRule.attempt(q.run(), q.attempt()))));
        yield new Fact.Checkpoint(
            newest.isPresent() ? Optional.of(newest.getAsLong()) : Optional.empty());
      }
      case Question.Seal q -> seal(path(q.directory()));
      case Question.Publish q -> publish(path(q.model()), path(q.target()));
      case Question.Files q -> listed(path(q.directory()));
      case Question.Attach q -> {
        write(path(q.model()) + ".sig", q.signature() + "\n");
        yield new Fact.Attached();
      }
    };
  }

  private Fact.Resume resume(Location.InVolume run, int attempt) {
    String record = path(ResumeRule.attempt(run, attempt)) + "/" + ResumeRule.RECORD;
    Optional<Fact.Resume> recorded = read(record).flatMap(t -> ResumeRule.read(run, t));
    if (recorded.isPresent()) {
      return recorded.get();
    }
    Fact.Resume chosen =
        attempt <= 1
            ? ResumeRule.nothing()
            : ResumeRule.choose(
                run,
                attempt,
                folders(path(ResumeRule.attempt(run, attempt - 1))),
                resume(run, attempt - 1));
    write(record, ResumeRule.write(run, chosen));
    return chosen;
  }

  private List<String> folders(String directory) {
    return under(directory).keySet().stream()
        .map(p -> p.substring(directory.length() + 1))
        .filter(p -> p.contains("/"))
        .map(p -> p.substring(0, p.indexOf('/')))
        .distinct()
        .toList();
  }

  private Fact seal(String directory) {
    SortedMap<String, String> files = under(directory);
    if (files.isEmpty()) {
      return new Fact.Refused("there is no directory " + directory);
    }
    return new Fact.Sealed(digest(directory), files.size(), bytes(files));
  }

  private Fact listed(String directory) {
    return new Fact.Files(
        under(directory).entrySet().stream()
            .map(e ->
                new TreeDigest.Entry(
                    e.getKey().substring(directory.length() + 1),
                    e.getValue().length(),
                    TreeDigest.ofText(e.getValue()).substring("sha256:".length())))
            .toList());
  }

  private Fact publish(String model, String target) {
    if (under(target).isEmpty()) {
      List<String> names =
          under(model).keySet().stream().map(p -> p.substring(model.length() + 1)).toList();
      Optional<String> refusal = ModelFiles.refusal(names);
      if (refusal.isPresent()) {
        return new Fact.Refused(refusal.get());
      }
      try {
        metrics(model);
      } catch (IllegalArgumentException e) {
        return new Fact.Refused(String.valueOf(e.getMessage()));
      }
      Map.copyOf(under(model)).forEach((p, t) -> write(target + p.substring(model.length()), t));
    }
    return new Fact.Published(digest(target), bytes(under(target)), metrics(target));
  }

  private SortedMap<String, Double> metrics(String directory) {
    return read(directory + "/" + ModelFiles.METRICS)
        .map(ModelFiles::metrics)
        .orElseGet(TreeMap::new);
  }

  private String digest(String directory) {
    List<TreeDigest.Entry> entries = new ArrayList<>();
    under(directory)
        .forEach((path, text) ->
            entries.add(
                new TreeDigest.Entry(
                    path.substring(directory.length() + 1),
                    size(text),
                    TreeDigest.ofText(text).substring("sha256:".length()))));
    return TreeDigest.of(entries);
  }

  private static long bytes(SortedMap<String, String> files) {
    return files.values().stream().mapToLong(SimulatedFiles::size).sum();
  }

  private static long size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
