package dev.naru.engine.local;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.ModelFiles;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.ResumeRule;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.signed.ModelSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Answers questions about files where they can be seen: design.md, "The fence" and "Model". */
public final class FileAnswers {
  private final Function<Location, Path> places;
  private final Map<Path, Object> locks = new ConcurrentHashMap<>();

  /**
   * @param places tells where a location is
   */
  public FileAnswers(Function<Location, Path> places) {
    this.places = places;
  }

  /** Answers; what writes, one after the other in one place. */
  public Fact answer(Question question) {
    try {
      return switch (question) {
        case Question.Resume q -> {
          synchronized (lock(places.apply(q.run()))) {
            yield resume(q.run(), q.attempt());
          }
        }
        case Question.Checkpoint q -> checkpoint(q.run(), q.attempt());
        case Question.Seal q -> seal(places.apply(q.directory()));
        case Question.Publish q -> {
          Path target = places.apply(q.target());
          synchronized (lock(target)) {
            yield publish(places.apply(q.model()), target);
          }
        }
        case Question.Files q -> files(places.apply(q.directory()));
        case Question.Attach q -> {
          Path model = places.apply(q.model());
          synchronized (lock(model)) {
            yield attach(model, q.signature());
          }
        }
      };
    } catch (IOException e) {
      return new Fact.Unknown(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private Object lock(Path place) {
    return locks.computeIfAbsent(place, _ -> new Object());
  }

  private Fact.Resume resume(Location.InVolume run, int attempt) throws IOException {
    Path directory = places.apply(ResumeRule.attempt(run, attempt));
    Path record = directory.resolve(ResumeRule.RECORD);
    Optional<Fact.Resume> recorded = recorded(run, record);
    if (recorded.isPresent()) {
      return recorded.get();
    }
    Fact.Resume chosen =
        attempt <= 1
            ? ResumeRule.nothing()
            : ResumeRule.choose(
                run,
                attempt,
                checkpoints(places.apply(ResumeRule.attempt(run, attempt - 1))),
                resume(run, attempt - 1));
    Files.createDirectories(directory);
    String text = ResumeRule.write(run, chosen);
    if (Durable.create(record, text)) {
      return chosen;
    }
    Optional<Fact.Resume> theirs = recorded(run, record);
    if (theirs.isEmpty()) {
      // Whoever wrote it died in the middle and so gave no answer to anybody.
      Durable.write(record, text);
    }
    return theirs.orElse(chosen);
  }

  private Fact checkpoint(Location.InVolume run, int attempt) throws IOException {
    OptionalLong newest =
        ResumeRule.newest(checkpoints(places.apply(ResumeRule.attempt(run, attempt))));
    return new Fact.Checkpoint(
        newest.isPresent() ? Optional.of(newest.getAsLong()) : Optional.empty());
  }

  private static Optional<Fact.Resume> recorded(Location.InVolume run, Path record)
      throws IOException {
    try {
      return ResumeRule.read(run, Files.readString(record));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static List<String> checkpoints(Path attempt) throws IOException {
    if (!Files.isDirectory(attempt)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(attempt)) {
      return children
          .filter(c -> Files.isDirectory(c, LinkOption.NOFOLLOW_LINKS))
          .map(c -> c.getFileName().toString())
          .toList();
    }
  }

  private static Fact seal(Path directory) throws IOException {
    Optional<Fact> refusal = unreadable(directory);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Durable.syncTree(directory);
    List<TreeDigest.Entry> entries = TreeDigest.entries(directory);
    Durable.makeReadOnly(directory);
    return new Fact.Sealed(TreeDigest.of(entries), entries.size(), bytes(entries));
  }

  private static Fact files(Path directory) throws IOException {
    Optional<Fact> refusal = unreadable(directory);
    return refusal.isPresent() ? refusal.get() : new Fact.Files(TreeDigest.entries(directory));
  }

  private static Fact attach(Path model, String signature) throws IOException {
    if (!Files.isDirectory(model, LinkOption.NOFOLLOW_LINKS)) {
      return new Fact.Refused("there is no model " + model);
    }
    Optional<String> before = ModelSignature.signer(model);
    if (before.isPresent()
        && !before.equals(ModelSignature.signer(signature.getBytes(StandardCharsets.UTF_8)))) {
      Durable.write(
          ModelSignature.keptOf(model, before.get()),
          new String(Files.readAllBytes(ModelSignature.fileOf(model)), StandardCharsets.UTF_8));
    }
    Durable.write(ModelSignature.fileOf(model), signature + "\n");
    return new Fact.Attached();
  }

  private static Fact publish(Path model, Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      Optional<Fact> refusal = unreadable(model).or(() -> noModel(model));
      if (refusal.isPresent()) {
        return refusal.get();
      }
      copy(model, target);
    }
    List<TreeDigest.Entry> entries = TreeDigest.entries(target);
    return new Fact.Published(TreeDigest.of(entries), bytes(entries), metrics(target));
  }

  private static void copy(Path model, Path target) throws IOException {
    Path folder = Objects.requireNonNull(target.getParent());
    Files.createDirectories(folder);
    removeLeftovers(folder, "." + target.getFileName() + ".");
    Path staged = Durable.temporaryBeside(target);
    try {
      Files.createDirectory(staged);
      for (TreeDigest.Entry entry : TreeDigest.entries(model)) {
        Path copy = staged.resolve(entry.path());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(model.resolve(entry.path()), copy, LinkOption.NOFOLLOW_LINKS);
      }
      Durable.makeReadOnly(staged);
      Durable.syncTree(staged);
      Files.move(staged, target);
      Durable.sync(folder);
    } finally {
      Durable.deleteTree(staged);
    }
  }

  /** What an earlier try left that died in the middle. */
  private static void removeLeftovers(Path folder, String prefix) throws IOException {
    List<Path> left;
    try (Stream<Path> children = Files.list(folder)) {
      left =
          children
              .filter(c -> c.getFileName().toString().startsWith(prefix))
              .filter(c -> c.getFileName().toString().endsWith(".tmp"))
              .toList();
    }
    for (Path path : left) {
      Durable.deleteTree(path);
    }
  }

  private static Optional<Fact> noModel(Path model) {
    try {
      List<String> paths = TreeDigest.entries(model).stream().map(TreeDigest.Entry::path).toList();
      Optional<Fact> refusal = ModelFiles.refusal(paths).map(Fact.Refused::new);
      if (refusal.isEmpty()) {
        metrics(model);
      }
      return refusal;
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(new Fact.Refused(String.valueOf(e.getMessage())));
    }
  }

  private static SortedMap<String, Double> metrics(Path model) throws IOException {
    Path file = model.resolve(ModelFiles.METRICS);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new TreeMap<>();
    }
    if (Files.size(file) > 1 << 16) {
      throw new IllegalArgumentException(ModelFiles.METRICS + " is larger than 64Ki");
    }
    try {
      return ModelFiles.metrics(Files.readString(file));
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new IllegalArgumentException(ModelFiles.METRICS + " is not UTF-8", e);
    }
  }

  /** A link or a device has no contents to vouch for; that does not change by asking again. */
  private static Optional<Fact> unreadable(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new Fact.Refused("there is no directory " + directory));
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(p ->
              !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)
                  && !Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
          .findFirst()
          .map(p -> new Fact.Refused(p + " is neither a file nor a folder"));
    }
  }

  private static long bytes(List<TreeDigest.Entry> entries) {
    return entries.stream().mapToLong(TreeDigest.Entry::size).sum();
  }
}
