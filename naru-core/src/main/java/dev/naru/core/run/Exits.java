package dev.naru.core.run;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Replica;

/** Ends of replicas in words. */
public final class Exits {
  private Exits() {}

  /**
   * How a replica ended: {@code rank 1 was killed by signal 9}.
   *
   * @param role what a replica is called: rank, shard, replica
   */
  public static String words(String role, Replica replica, Exit exit) {
    String who = role + " " + replica.member().index();
    return switch (exit.cause()) {
      case OUT_OF_MEMORY -> who + " was ended by its memory limit; raise spec.resources.memory";
      case LOST -> who + " was lost: nobody knows how it ended";
      case EXITED -> {
        if (exit.code() > 128 && exit.code() <= 128 + 64 && exit.code() != Exit.TERMINATED) {
          yield who + " was killed by signal " + (exit.code() - 128);
        }
        yield who
            + " ended with "
            + exit.code()
            + (exit.asked() ? " after it was asked to stop" : "")
            + (replica.message().isEmpty() ? "" : ": " + replica.message());
      }
    };
  }
}
