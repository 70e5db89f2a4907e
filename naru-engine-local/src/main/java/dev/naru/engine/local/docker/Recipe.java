package dev.naru.engine.local.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.MemberEnv;
import dev.naru.core.engine.Program;
import dev.naru.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a container may do and use: docs/docker.md. Nothing here asks the engine.
 *
 * @param pids processes and threads that one container may have
 */
record Recipe(int pids) {
  /** Everything runs as this user and group, and everything in volumes belongs to it. */
  static final String USER = "65532:65532";

  /** Rank 0 listens here, in a container of its own. */
  static final int COORDINATOR_PORT = 29_500;

  static final String TMP = "/tmp";

  private static final long MEBIBYTE = 1 << 20;

  /** The engine refuses less. */
  private static final long LEAST_MEMORY = 6 * MEBIBYTE;

  /** Names are looked up from the engine alone; a name it does not know shall not take 5 s. */
  private static final List<String> RESOLVER = List.of("timeout:1", "attempts:1");

  /** Limits and rights, the same for members and questions; no network. */
  HostConfig host(Resources resources, List<Mount> mounts) {
    long memory = Math.max(LEAST_MEMORY, resources.memory().value());
    // 0 would mean 1024, and 1 fails at the start.
    int shares = Math.clamp(resources.cpu().millis() * 1024 / 1000, 2, 262_144);
    long tmp = Math.max(16 * MEBIBYTE, memory / 2);
    return HostConfig.newHostConfig()
        .withNetworkMode("none")
        .withReadonlyRootfs(true)
        .withTmpFs(Map.of(TMP, "rw,exec,nosuid,nodev,mode=1777,uid=65532,gid=65532,size=" + tmp))
        .withShmSize(Math.max(MEBIBYTE, memory / 4))
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"))
        .withInit(true)
        .withIpcMode("private")
        .withMemory(memory)
        .withMemorySwap(memory)
        .withCpuShares(shares)
        .withPidsLimit((long) pids)
        .withRestartPolicy(RestartPolicy.noRestart())
        .withLogConfig(
            new LogConfig(
                LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "3")))
        .withMounts(mounts);
  }

  /** The same for a member, with its cap. */
  HostConfig host(Group group, List<Mount> mounts) {
    HostConfig host = host(group.template().resources(), mounts);
    group
        .template()
        .limits()
        .cpu()
        .ifPresent(cap -> host.withNanoCPUs(Math.max(10, cap.millis()) * 1_000_000));
    return host;
  }

  /** Puts a container on an internal network, where it knows only the names of that. */
  static HostConfig on(HostConfig host, String network) {
    return host.withNetworkMode(network).withDns(List.of("127.0.0.1")).withDnsOptions(RESOLVER);
  }

  /** Ports of the gateway are published on the loopback alone. */
  static HostConfig publish(HostConfig host, Program.Gateway gateway) {
    return host.withPortBindings(published(gateway.port()), published(gateway.adminPort()));
  }

  private static PortBinding published(int port) {
    return new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(port));
  }

  /** A container with all that is the same for every member and question. */
  static CreateContainerCmd create(
      DockerClient client, String image, String name, Map<String, String> labels) {
    return client.createContainerCmd(image).withName(name).withLabels(labels).withUser(USER);
  }

  /** The variables of a member. */
  static List<String> env(Group group, Member member, SortedMap<String, String> dirs) {
    SortedMap<String, String> env =
        MemberEnv.of(
            group, member, Names.alias(group.id(), 0), COORDINATOR_PORT, group.template().port());
    env.putAll(dirs);
    env.put("TMPDIR", TMP);
    env.put("HOME", TMP);
    env.put("LANG", "C.UTF-8");
    return env.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /**
   * The whole command of a Java image. The machine's memory and processors are not the replica's:
   * the heap may take 70 % of what is reserved, as with plain processes.
   *
   * @param entrypoint the image's: java first
   */
  static List<String> java(List<String> entrypoint, Resources resources, List<String> command) {
    List<String> words = new ArrayList<>();
    words.add(entrypoint.getFirst());
    words.add("-XX:MaxRAM=" + resources.memory().value());
    words.add("-XX:MaxRAMPercentage=70");
    words.add(
        "-XX:ActiveProcessorCount=" + Math.max(1, Math.ceilDiv(resources.cpu().millis(), 1000L)));
    words.add("-XX:-UsePerfData");
    words.addAll(entrypoint.subList(1, entrypoint.size()));
    words.addAll(command);
    return words;
  }
}
