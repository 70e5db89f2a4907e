package dev.naru.core.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * What an engine sees of one member.
 *
 * @param member which
 * @param phase where it stands
 * @param exit how it ended; present exactly when the phase is ENDED
 * @param handle pid, container id or pod name; empty before there is one
 * @param node name of the node
 * @param address {@code host:port} where it listens, once known, for templates with a port
 * @param progress its newest progress line
 * @param startedAt when it was started
 * @param message what it is busy with or what went wrong, in words; may be empty
 */
public record Replica(
    Member member,
    Phase phase,
    Optional<Exit> exit,
    String handle,
    String node,
    Optional<String> address,
    Optional<Progress> progress,
    Instant startedAt,
    String message) {
  /** In another phase. */
  public Replica in(Phase next) {
    return new Replica(member, next, exit, handle, node, address, progress, startedAt, message);
  }

  /** With another end. */
  public Replica ended(Exit end) {
    return new Replica(
        member, phase, Optional.of(end), handle, node, address, progress, startedAt, message);
  }

  /** With other words. */
  public Replica saying(String words) {
    return new Replica(member, phase, exit, handle, node, address, progress, startedAt, words);
  }

  /** Where a replica stands. */
  public enum Phase {
    /** Being made: image, directories, process. */
    STARTING,
    /** Its program runs. */
    RUNNING,
    /** Asked to stop, still there. */
    STOPPING,
    /** Gone; its exit is known. */
    ENDED
  }
}
