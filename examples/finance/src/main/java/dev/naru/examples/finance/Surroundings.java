package dev.naru.examples.finance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the engine told this process by environment variables. A variable that is not set is the
 * value of a lone process: rank 0 of 1, shard 0 of 1.
 */
record Surroundings(Map<String, String> variables) {
  private static final int MOST_PARTS = 10_000;
  private static final int LAST_PORT = 65_535;

  Surroundings {
    variables = Map.copyOf(variables);
  }

  /** This rank, from 0. */
  int rank() {
    return part("NARU_RANK", worldSize());
  }

  /** Ranks in the gang, at least 1. */
  int worldSize() {
    return number("NARU_WORLD_SIZE", 1, 1, MOST_PARTS);
  }

  int shard() {
    return part("NARU_SHARD", shards());
  }

  int shards() {
    return number("NARU_SHARDS", 1, 1, MOST_PARTS);
  }

  /** Where rank 0 listens; asked for only when there is more than one rank. */
  Address coordinator() {
    String text = required("NARU_COORDINATOR");
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw Stop.usage("NARU_COORDINATOR must be host:port, found '" + text + "'");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new Address(
        bracketed ? host.substring(1, host.length() - 1) : host,
        parse("NARU_COORDINATOR", text.substring(colon + 1), 1, LAST_PORT));
  }

  /** The folder that the Preparation of this name wrote. */
  Path input(String name) {
    return Path.of(required("NARU_INPUT_" + name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  Path output() {
    return Path.of(required("NARU_OUTPUT"));
  }

  Path modelFolder() {
    return Path.of(required("NARU_MODEL_DIR"));
  }

  /** Where to keep checkpoints; empty when none are wanted. */
  Optional<Path> checkpointFolder() {
    return optional("NARU_CHECKPOINT_DIR").map(Path::of);
  }

  /** The checkpoint to go on from; empty for a fresh start. */
  Optional<Path> resumeFrom() {
    return optional("NARU_RESUME_FROM").map(Path::of);
  }

  /** Time between SIGTERM and SIGKILL; 10 s when not told. */
  Duration grace() {
    return Duration.ofSeconds(number("NARU_GRACE_SECONDS", 10, 0, 86_400));
  }

  Optional<Path> temporaryFolder() {
    return optional("TMPDIR").map(Path::of);
  }

  private int part(String name, int parts) {
    return number(name, 0, 0, parts - 1);
  }

  private int number(String name, int absent, int least, int most) {
    return optional(name).map(text -> parse(name, text, least, most)).orElse(absent);
  }

  private static int parse(String name, String text, int least, int most) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below, with the bounds
    }
    throw Stop.usage(
        "%s must be a whole number from %d to %d, found '%s'".formatted(name, least, most, text));
  }

  private String required(String name) {
    return optional(name).orElseThrow(() -> Stop.usage(name + " is not set"));
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).filter(text -> !text.isEmpty());
  }

  /** A host, by name or number, and a port. */
  record Address(String host, int port) {}
}
