package dev.naru.core.engine;

import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The port to what realises groups: plain processes, a Docker Engine, Kubernetes, the simulation.
 * Every implementation passes {@code EngineContract} of this module's test-jar.
 *
 * <p>All methods may be called from several threads. {@link #apply}, {@link #remove} and {@link
 * #ask} are idempotent: a control plane that died in the middle calls them again. Methods throw
 * {@link dev.naru.core.NaruException} with code ENGINE_UNREACHABLE where the engine cannot be
 * asked, except {@link #observe} and {@link #ask}, which answer Unknown.
 */
public interface Engine extends AutoCloseable {
  /** {@code process}, {@code docker}, {@code kubernetes} or {@code simulated}. */
  String name();

  /** What it can do. */
  Features features();

  /** The nodes that take replicas now, with what can be reserved on each. */
  List<Node> nodes();

  /**
   * The node that all users of a volume must be on; empty where they may be on any, or where that
   * is not known yet.
   */
  default Optional<String> nodeOf(String project, String volume) {
    return Optional.empty();
  }

  /**
   * What it would not do as the file says; empty where it honours every word of it. Asks nobody,
   * starts nothing.
   */
  List<Judgement> judge(Resource resource);

  /**
   * What it lacks in a project, whatever its resources say: printed in every plan; may ask.
   *
   * @param project its name
   */
  default List<Judgement> lacks(String project) {
    return List.of();
  }

  /**
   * Why a workload that names a secret could not have it now, in words with the next step; empty
   * where it could, or where that shows only once it starts. Never the value.
   */
  default Optional<String> secretTrouble(String project, String name) {
    return Optional.empty();
  }

  /**
   * The digest of an image's entries (names and contents, never times), without keeping anything.
   */
  String digestOf(Image image, Path folder);

  /**
   * Keeps a copy of what the image is made of under its digest, and returns that; a changed source
   * changes nothing that runs.
   */
  String keep(Image image, Path folder);

  /**
   * Makes exactly these members be there: starts the ones that are missing, asks the ones that are
   * not named to stop (SIGTERM, after the template's grace SIGKILL), leaves all others alone. A
   * member that has ended is not started again: its end is what {@link #observe} tells until the
   * group is removed. Returns once the intent is durable, not once they run. A gang without members
   * is one that waits: {@link Features#showsWaitingGangs()}.
   */
  void apply(Group group);

  /**
   * Makes exactly these links of a project work, before its groups are applied and whenever they
   * change: one that is no longer declared carries no new connection within 5 s. An engine that
   * does not enforce links does nothing.
   *
   * @param project its name
   * @param links of all its workloads, those that are stopping included
   */
  default void links(String project, List<Link> links) {}

  /**
   * What the last try of a project's links came to; empty for an engine that does not enforce any.
   * Asks nobody.
   */
  default Optional<Isolation> isolation(String project) {
    return Optional.empty();
  }

  /**
   * Asks all members to stop, kills the ones still there after {@code grace} (zero: at once), then
   * forgets the group; until all have ended they are observed as STOPPING. Of a group that is
   * absent: nothing.
   */
  void remove(GroupId id, Duration grace);

  /** What is there of a group now. */
  Observation observe(GroupId id);

  /** Every group of this home that the engine has something of. */
  Set<GroupId> groups();

  /**
   * Calls {@code wake} soon after something of a group changed; may miss changes, may call for
   * nothing. Closing ends it.
   */
  AutoCloseable watch(Consumer<GroupId> wake);

  /** Answers a question about files, in a place where they can be seen. */
  Fact ask(Question question);

  /**
   * Hands the lines of a log to {@code sink}, oldest first, until they end or it returns false.
   * Blocks. Where the engine can, the logs of removed groups are kept for a while, and the values
   * of the project's secrets are hidden.
   */
  void logs(LogQuery query, Predicate<String> sink);

  /** Makes a volume where it is absent. */
  void ensureVolume(String project, Volume volume);

  /** The volumes of a project, by name. */
  Set<String> volumes(String project);

  /** Removes a volume and all that is in it. */
  void removeVolume(String project, String volume);

  /**
   * Unpacks a tar archive into a volume: entries are paths in it. A file takes the place of the one
   * before, whole; folders are joined. All of it belongs to workloads, which may be using the
   * volume. Links in the volume are not followed. What was unpacked before a failure stays.
   *
   * @throws dev.naru.core.NaruException NOT_FOUND where there is no such volume; INVALID for an
   *     entry that leaves it, or is neither file nor folder; CONFLICT for one whose path is taken
   *     by something else
   */
  void copyIn(String project, String volume, InputStream tar);

  /**
   * Packs a file or folder of a volume into a tar archive, whose entries begin with the path's last
   * name (the volume's, for its root). Links are entries of their own and are not followed. Writes
   * nothing before it is known that there is something to copy; does not close the stream.
   *
   * @param path in the volume; empty for all of it
   * @throws dev.naru.core.NaruException NOT_FOUND where there is no such volume or path; INVALID
   *     for a path that leaves it; CONFLICT for one that leads over a link
   */
  void copyOut(String project, String volume, String path, OutputStream tar);

  /** Removes all models of a project, and the logs that are kept of it. */
  void removeModels(String project);

  /**
   * Kills one member with SIGKILL, for a drill: the engine's own bookkeeping sees a fault, not a
   * wish.
   *
   * @return when the member was killed, or will be: an engine that must bring something beside the
   *     member first says a moment up to a few seconds ahead
   * @throws dev.naru.core.NaruException NOT_FOUND where that member does not run
   */
  Instant kill(GroupId group, int index);

  /** What is really used. */
  Usage usage();

  /** Lets go of the engine; what runs goes on. */
  @Override
  void close();
}
