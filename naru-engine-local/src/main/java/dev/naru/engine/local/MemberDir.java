package dev.naru.engine.local;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The directory of one replica, whose files are all that is known of it.
 *
 * @param path {@code replicas/<project>/<group>/<index>.<start>}
 * @param member who it is
 */
record MemberDir(Path path, Member member) {
  Path parentFile() {
    return path.resolve("parent");
  }

  Path log() {
    return path.resolve("log");
  }

  Path tmp() {
    return path.resolve("tmp");
  }

  Path cwd() {
    return path.resolve("cwd");
  }

  /** What the parent's file says. */
  sealed interface Claim {
    /** Nobody started it yet. */
    record None() implements Claim {}

    /**
     * Somebody has just made the file, or died before writing it.
     *
     * @param at when
     */
    record Empty(Instant at) implements Claim {}

    /**
     * Started by this parent.
     *
     * @param parent the shell; pid 0 where it was never to be started
     * @param at when
     */
    record By(ProcId parent, Instant at) implements Claim {}
  }

  Claim claim() throws IOException {
    Optional<String> text = read("parent");
    if (text.isEmpty()) {
      return new Claim.None();
    }
    Instant at = Files.getLastModifiedTime(parentFile()).toInstant();
    return ProcId.parse(text.get())
        .<Claim>map(parent -> new Claim.By(parent, at))
        .orElseGet(() -> new Claim.Empty(at));
  }

  /** The workload's own process, once it was started. */
  Optional<ProcId> workload() throws IOException {
    return read("pid").flatMap(ProcId::parse);
  }

  /** How it ended, once that is written. */
  Optional<Exit> exit() throws IOException {
    Optional<String> text = read("exit");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String[] words = text.get().strip().split(" ", -1);
    if (words.length != 3) {
      throw new IOException(path.resolve("exit") + " is damaged: '" + text.get().strip() + "'");
    }
    Exit.Cause cause =
        switch (words[1]) {
          case "oom" -> Exit.Cause.OUT_OF_MEMORY;
          case "lost" -> Exit.Cause.LOST;
          default -> Exit.Cause.EXITED;
        };
    Instant at = Files.getLastModifiedTime(path.resolve("exit")).toInstant();
    return Optional.of(new Exit(cause, Integer.parseInt(words[0]), words[2].equals("1"), at));
  }

  /** Writes the end of a replica whose parent cannot do that. */
  void writeExit(int code, Exit.Cause cause) throws IOException {
    String word = cause == Exit.Cause.LOST ? "lost" : "exited";
    Durable.create(
        path.resolve("exit"), code + " " + word + " " + (deadline().isPresent() ? 1 : 0) + "\n");
  }

  /**
   * Makes sure that no parent ever starts it.
   *
   * @return false when one has
   */
  boolean forbid(String bootId) throws IOException {
    return Durable.create(parentFile(), new ProcId(0, 0, bootId).line());
  }

  /** When what is still there is killed; empty where it was not asked to stop. */
  Optional<Instant> deadline() throws IOException {
    return read("asked").map(t -> Instant.ofEpochMilli(Long.parseLong(t.strip())));
  }

  /**
   * Records that it is asked to stop; an earlier deadline stays.
   *
   * @return whether that changed anything
   */
  boolean ask(Instant deadline) throws IOException {
    if (deadline().filter(d -> !d.isAfter(deadline)).isPresent()) {
      return false;
    }
    Durable.write(path.resolve("asked"), deadline.toEpochMilli() + "\n");
    return true;
  }

  /** Whether SIGTERM was sent. */
  boolean told() {
    return Files.exists(path.resolve("told"));
  }

  void writeTold() throws IOException {
    Files.writeString(path.resolve("told"), "");
  }

  /** Its directories in the cgroup hierarchies; none where it runs without. */
  List<Path> cgroups() throws IOException {
    return read("cgroups").orElse("").lines().map(Path::of).toList();
  }

  void writeCgroups(List<Path> cgroups) throws IOException {
    StringBuilder text = new StringBuilder();
    cgroups.forEach(c -> text.append(c).append('\n'));
    Durable.write(path.resolve("cgroups"), text.toString());
  }

  /** Where its secrets are in memory; empty where it has none, or none any more. */
  Optional<Path> secrets() throws IOException {
    return read("secrets").map(t -> Path.of(t.strip()));
  }

  void writeSecrets(Path folder) throws IOException {
    Durable.write(path.resolve("secrets"), folder + "\n");
  }

  /** What is to be told of it in words; may be empty. */
  String message() throws IOException {
    return read("message").orElse("").strip();
  }

  void writeMessage(String message) throws IOException {
    Durable.write(path.resolve("message"), message + "\n");
  }

  private Optional<String> read(String name) throws IOException {
    Path file = path.resolve(name);
    // Most files are absent most of the time, and an exception costs ten times a look.
    if (!file.toFile().exists()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
