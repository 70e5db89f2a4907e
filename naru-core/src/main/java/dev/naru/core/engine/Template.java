package dev.naru.core.engine;

import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What all members of a group have in common. Beside {@code env} the engine sets, for each member,
 * what only it knows: the paths of {@code dirs}, {@code NARU_RANK}, {@code NARU_COORDINATOR} and
 * friends for a gang, {@code NARU_SHARD} for shards, {@code NARU_PORT} where {@code port} is given,
 * {@code NARU_GRACE_SECONDS} and {@code TMPDIR}.
 *
 * @param program what runs
 * @param env environment, the same for all members
 * @param dirs directories, the same for all members
 * @param resources reserved for each member
 * @param limits caps for each member
 * @param grace from SIGTERM to SIGKILL when a member is asked to stop
 * @param port where each member listens; empty when it does not. Plain processes get a free port
 *     instead.
 * @param secrets files in {@code NARU_SECRETS_DIR} of every member, their values from the project's
 *     secrets; never in {@code env}
 * @param worldSize members of the whole gang, or shards of the whole work, from 1
 */
public record Template(
    Program program,
    SortedMap<String, String> env,
    List<Dir> dirs,
    Resources resources,
    Limits limits,
    Duration grace,
    Optional<Integer> port,
    List<SecretFile> secrets,
    int worldSize) {
  /** Where members find their secrets. */
  public static final String SECRETS_DIR = "NARU_SECRETS_DIR";

  /** Copies the collections. */
  public Template {
    env = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(env)));
    dirs = List.copyOf(dirs);
    secrets = List.copyOf(secrets);
  }

  /** Without secrets. */
  public Template(
      Program program,
      SortedMap<String, String> env,
      List<Dir> dirs,
      Resources resources,
      Limits limits,
      Duration grace,
      Optional<Integer> port,
      int worldSize) {
    this(program, env, dirs, resources, limits, grace, port, List.of(), worldSize);
  }
}
