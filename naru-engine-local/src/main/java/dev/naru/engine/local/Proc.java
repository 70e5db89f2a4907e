package dev.naru.engine.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Linux tells of processes: proc(5). */
final class Proc {
  /** Clock ticks of {@code /proc} are hundredths of a second to user space on every platform. */
  private static final long TICK_MILLIS = 10;

  private final Path root;
  private final String bootId;

  Proc(Path root) throws IOException {
    this.root = root;
    this.bootId = Files.readString(root.resolve("sys/kernel/random/boot_id")).strip();
  }

  /** The line of {@code /proc/PID/stat}, as far as it is of use. */
  record Stat(long pid, char state, long session, Duration cpu, long ticks) {
    /** Whether it has ended and only waits for its parent to look. */
    boolean ended() {
      return state == 'Z' || state == 'X';
    }
  }

  /** Tells this boot from others. */
  String bootId() {
    return bootId;
  }

  /** Whether that very process is still there. */
  boolean alive(ProcId id) {
    return id.boot().equals(bootId)
        && stat(id.pid()).filter(s -> s.ticks() == id.ticks() && !s.ended()).isPresent();
  }

  /** Whether the number belongs to another process by now. */
  boolean reused(ProcId id) {
    return !id.boot().equals(bootId)
        || stat(id.pid()).filter(s -> s.ticks() != id.ticks()).isPresent();
  }

  /** Empty where there is no such process. */
  Optional<Stat> stat(long pid) {
    try {
      return parse(Files.readString(root.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The program's name may hold anything, so the fields begin behind the last parenthesis. */
  static Optional<Stat> parse(String line) {
    int open = line.indexOf(" (");
    int close = line.lastIndexOf(") ");
    if (open < 0 || close < 0) {
      return Optional.empty();
    }
    String[] rest = line.substring(close + 2).split(" ", -1);
    if (rest.length < 20) {
      return Optional.empty();
    }
    long ticks = 0;
    for (int field = 14; field <= 17; field++) {
      ticks += Long.parseLong(rest[field - 3]);
    }
    return Optional.of(
        new Stat(
            Long.parseLong(line.substring(0, open)),
            rest[0].charAt(0),
            Long.parseLong(rest[6 - 3]),
            Duration.ofMillis(ticks * TICK_MILLIS),
            Long.parseLong(rest[22 - 3])));
  }

  /** All processes of a session that have not ended. */
  List<Stat> session(long leader) {
    List<Stat> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path process : all) {
        stat(Long.parseLong(process.getFileName().toString()))
            .filter(s -> s.session() == leader && !s.ended())
            .ifPresent(found::add);
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** Bytes of memory of a process, shared pages divided among those that share them; else 0. */
  long pss(long pid) {
    return kilobytes(root.resolve(pid + "/smaps_rollup"), "Pss:");
  }

  /** Bytes of memory in use on this machine, without what the system could give back. */
  long memoryInUse() {
    Path info = root.resolve("meminfo");
    return kilobytes(info, "MemTotal:") - kilobytes(info, "MemAvailable:");
  }

  /** Processor time used by anything since boot: the first line of {@code /proc/stat}. */
  Duration cpu() {
    try {
      String first = Files.readString(root.resolve("stat")).lines().findFirst().orElse("");
      String[] words = first.split(" +", -1);
      long ticks = 0;
      // user nice system - - irq softirq steal; idle and iowait are columns 4 and 5
      for (int column : new int[] {1, 2, 3, 6, 7}) {
        ticks += Long.parseLong(words[column]);
      }
      return Duration.ofMillis(ticks * TICK_MILLIS);
    } catch (IOException e) {
      return Duration.ZERO;
    }
  }

  private static long kilobytes(Path file, String key) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
