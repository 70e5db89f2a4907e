package dev.naru.core.engine;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables that tell a member its place: design.md, "Contract with a workload". Directories
 * and {@code TMPDIR} are the engine's own to add.
 */
public final class MemberEnv {
  private MemberEnv() {}

  /**
   * The template's environment with the contract's on top.
   *
   * @param host where rank 0 of a gang can be reached
   * @param coordinator port of rank 0 of a gang; of no meaning to other kinds
   * @param port where the member listens; empty when it does not
   */
  public static SortedMap<String, String> of(
      Group group, Member member, String host, int coordinator, Optional<Integer> port) {
    Template template = group.template();
    SortedMap<String, String> env = new TreeMap<>(template.env());
    env.put("NARU_GRACE_SECONDS", Long.toString(template.grace().toSeconds()));
    port.map(p -> Integer.toString(p))
        .ifPresent(p -> {
          env.put("NARU_PORT", p);
          env.put("PORT", p);
        });
    env.putAll(place(group, member, host, Integer.toString(coordinator)));
    return env;
  }

  private static Map<String, String> place(
      Group group, Member member, String host, String coordinator) {
    String index = Integer.toString(member.index());
    String size = Integer.toString(group.template().worldSize());
    return switch (group.kind()) {
      case SHARDS -> Map.of("NARU_SHARD", index, "NARU_SHARDS", size);
      case GANG ->
          Map.of(
              "NARU_RANK", index,
              "NARU_WORLD_SIZE", size,
              "NARU_COORDINATOR", host + ":" + coordinator,
              "RANK", index,
              "WORLD_SIZE", size,
              "LOCAL_RANK", "0",
              "MASTER_ADDR", host,
              "MASTER_PORT", coordinator);
      case SERVICE -> Map.of();
    };
  }
}
