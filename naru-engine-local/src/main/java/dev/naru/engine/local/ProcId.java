package dev.naru.engine.local;

import java.util.Optional;

/**
 * Which process: a pid alone may be another's tomorrow.
 *
 * @param pid its number
 * @param ticks when it was started, in clock ticks since boot: field 22 of {@code /proc/PID/stat}
 * @param boot {@code /proc/sys/kernel/random/boot_id} at that time
 */
record ProcId(long pid, long ticks, String boot) {
  /**
   * Reads the line that {@code member.sh} writes: pid, ticks and boot id, parted by spaces.
   *
   * @return empty where the line is not whole yet
   */
  static Optional<ProcId> parse(String text) {
    String[] words = text.split("[ \n]", -1);
    if (!text.endsWith("\n") || words.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ProcId(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** What {@link #parse} reads. */
  String line() {
    return pid + " " + ticks + " " + boot + "\n";
  }
}
