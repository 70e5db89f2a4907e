package dev.naru.core.testkit.engine;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.ProgressLine;
import dev.naru.core.engine.Replica;
import dev.naru.core.secret.Redactor;
import dev.naru.spec.SecretFile;
import dev.naru.spec.TreeDigest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One replica that plays the words of {@link Puppet} in virtual time. */
final class SimulatedReplica {
  private static final int MAX_LINE = 64 << 10;
  private static final Duration BEAT = Duration.ofMillis(10);

  final Member member;
  final String handle;
  final String node;
  final Optional<String> address;
  final List<String> log = new ArrayList<>();
  final String temporary;

  private final Map<String, String> env;
  private final List<String> words;
  private final Instant startedAt;
  private final long memoryLimit;
  private final SimulatedFiles files;
  private final List<SecretFile> secrets;
  private final Map<String, String> values;

  private int next;
  private Instant wakeAt;
  private boolean running;
  private Optional<Instant> deadline = Optional.empty();
  private Optional<Exit> exit = Optional.empty();
  private Optional<Progress> progress = Optional.empty();
  private Optional<String> onTerm = Optional.empty();
  private final List<String> beats = new ArrayList<>();
  private Duration cpu = Duration.ZERO;
  private boolean busy;
  private boolean listens;
  private long memory = 32L << 20;
  private Instant lookedAt;

  /**
   * @param startsAt when its program begins to run
   */
  SimulatedReplica(
      Group group,
      Member member,
      Place place,
      Map<String, String> env,
      List<String> words,
      Instant now,
      Instant startsAt,
      SimulatedFiles files,
      Map<String, String> values) {
    this.member = member;
    this.handle = place.handle();
    this.node = place.node();
    this.address = place.address();
    this.temporary = env.getOrDefault("TMPDIR", "");
    this.env = env;
    this.words = List.copyOf(words);
    this.startedAt = now;
    this.lookedAt = now;
    this.wakeAt = startsAt;
    this.memoryLimit = group.template().resources().memory().value();
    this.files = files;
    this.secrets = group.template().secrets();
    this.values = values;
  }

  /** Where it is. */
  record Place(String handle, String node, Optional<String> address) {}

  Replica seen() {
    Replica.Phase phase =
        exit.isPresent()
            ? Replica.Phase.ENDED
            : deadline.isPresent()
                ? Replica.Phase.STOPPING
                : running ? Replica.Phase.RUNNING : Replica.Phase.STARTING;
    return new Replica(
        member,
        phase,
        exit,
        handle,
        node,
        address,
        progress,
        startedAt,
        running ? "" : missing().orElse("starting"));
  }

  private Optional<String> missing() {
    return secrets.stream()
        .map(SecretFile::name)
        .filter(n -> !values.containsKey(n))
        .findFirst()
        .map(n -> "there is no secret '" + n + "'");
  }

  /** The value in a file below NARU_SECRETS_DIR. */
  private String secret(String file) {
    String path = file.substring(file.indexOf('/') + 1);
    return secrets.stream()
        .filter(s -> s.path().equals(path))
        .map(s -> values.getOrDefault(s.name(), ""))
        .findFirst()
        .orElseThrow();
  }

  boolean ended() {
    return exit.isPresent();
  }

  boolean stopping() {
    return deadline.isPresent();
  }

  boolean listens() {
    return listens && exit.isEmpty();
  }

  Duration cpu() {
    return cpu;
  }

  long memory() {
    return memory;
  }

  /** Asks it to stop; an earlier deadline stays. */
  void ask(Instant now, Instant until) {
    if (exit.isPresent()) {
      return;
    }
    boolean first = deadline.isEmpty();
    if (first || until.isBefore(deadline.get())) {
      deadline = Optional.of(until);
    }
    if (!until.isAfter(now)) {
      end(now, Exit.Cause.EXITED, 137);
    } else if (first) {
      terminate(now);
    }
  }

  private void terminate(Instant now) {
    if (onTerm.isEmpty() || !running) {
      end(now, Exit.Cause.EXITED, 143);
    } else if (!onTerm.get().equals("ignore")) {
      String[] parts = onTerm.get().split(":", 2);
      files.write(file(parts[1]), "terminated");
      end(now, Exit.Cause.EXITED, Integer.parseInt(parts[0]));
    }
  }

  void end(Instant now, Exit.Cause cause, int code) {
    if (exit.isEmpty()) {
      exit = Optional.of(new Exit(cause, code, deadline.isPresent(), now));
      beats.clear();
      listens = false;
    }
  }

  /** When something happens to it next, without others. */
  Optional<Instant> due() {
    if (exit.isPresent()) {
      return Optional.empty();
    }
    Instant soonest = deadline.filter(d -> d.isBefore(wakeAt)).orElse(wakeAt);
    return soonest.equals(Instant.MAX) ? Optional.empty() : Optional.of(soonest);
  }

  /** Lets it do what it does until now. */
  void proceed(Instant now) {
    account(now);
    if (exit.isEmpty() && deadline.filter(d -> !d.isAfter(now)).isPresent()) {
      end(now, Exit.Cause.EXITED, 137);
    }
    if (exit.isPresent() || wakeAt.isAfter(now) || (!running && missing().isPresent())) {
      return;
    }
    running = true;
    busy = false;
    while (exit.isEmpty() && next < words.size()) {
      if (!act(words.get(next), now)) {
        return;
      }
      next++;
      if (wakeAt.isAfter(now)) {
        return;
      }
    }
    end(now, Exit.Cause.EXITED, 0);
  }

  private void account(Instant now) {
    Duration passed = Duration.between(lookedAt, now);
    lookedAt = now;
    if (exit.isPresent()) {
      return;
    }
    if (busy) {
      cpu = cpu.plus(passed);
    }
    long ticks = passed.dividedBy(BEAT);
    beats.forEach(b -> files.append(b, ".".repeat((int) Math.min(ticks, 1000))));
  }

  /**
   * Plays a word.
   *
   * @return false when it must wait for others
   */
  private boolean act(String word, Instant now) {
    int colon = word.indexOf(':');
    String verb = colon < 0 ? word : word.substring(0, colon);
    String value = colon < 0 ? "" : word.substring(colon + 1);
    switch (verb) {
      case "print", "err" -> print(value, now);
      case "env" -> print(value + "=" + env.getOrDefault(value, "null"), now);
      case "progress" -> print(ProgressLine.PREFIX + value, now);
      case "long" -> print("x".repeat(Integer.parseInt(value)), now);
      case "sleep" -> wakeAt = now.plusMillis(Long.parseLong(value));
      case "burn" -> {
        wakeAt = now.plusMillis(Long.parseLong(value));
        busy = true;
      }
      case "forever" -> wakeAt = Instant.MAX;
      case "await" -> {
        return files.read(file(value)).isPresent();
      }
      case "exit" -> end(now, Exit.Cause.EXITED, Integer.parseInt(value));
      case "die" -> end(now, Exit.Cause.EXITED, 137);
      case "term" -> onTerm = Optional.of(value);
      case "write" -> {
        int equals = value.indexOf('=');
        files.write(file(value.substring(0, equals)), value.substring(equals + 1));
      }
      case "beat" -> {
        beats.add(file(value));
        files.append(file(value), ".");
      }
      case "hash" -> print("hash=" + TreeDigest.ofText(secret(value)), now);
      case "cat" -> print(secret(value), now);
      case "meet" -> print("met", now);
      case "tmp" -> print("tmp=" + temporary, now);
      case "spawn" -> act(value, now);
      case "listen" -> {
        listens = true;
        print("listening", now);
      }
      case "fill" -> {
        memory += Long.parseLong(value) << 20;
        if (memory > memoryLimit) {
          end(now, Exit.Cause.OUT_OF_MEMORY, 137);
        }
      }
      default -> end(now, Exit.Cause.EXITED, 1);
    }
    return true;
  }

  private String file(String value) {
    int slash = value.indexOf('/');
    return env.get(value.substring(0, slash)) + value.substring(slash);
  }

  private void print(String text, Instant now) {
    List<byte[]> hidden =
        values.values().stream().map(v -> v.getBytes(StandardCharsets.UTF_8)).toList();
    String line = Redactor.of(hidden).redact(text);
    for (int from = 0; from == 0 || from < line.length(); from += MAX_LINE) {
      log.add(line.substring(from, Math.min(line.length(), from + MAX_LINE)));
    }
    ProgressLine.parse(line, now).ifPresent(p -> progress = Optional.of(p));
  }
}
