package dev.naru.engine.local.docker;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Groups that only this engine is tried with. */
final class DockerGroups {
  private DockerGroups() {}

  /** The same with a port to listen on. */
  static Group listening(Group group) {
    Template t = group.template();
    return with(group, t.limits(), Optional.of(8080));
  }

  /** The same with another memory. */
  static Group memory(Group group, Bytes memory) {
    Template t = group.template();
    return new Group(
        group.id(),
        group.kind(),
        new Template(
            t.program(),
            t.env(),
            t.dirs(),
            new Resources(t.resources().cpu(), memory),
            t.limits(),
            t.grace(),
            t.port(),
            t.worldSize()),
        group.members(),
        group.links());
  }

  /** The same with a cap. */
  static Group capped(Group group, long millis) {
    return with(group, new Limits(Optional.of(new Cpu(millis))), group.template().port());
  }

  private static Group with(Group group, Limits limits, Optional<Integer> port) {
    Template t = group.template();
    return new Group(
        group.id(),
        group.kind(),
        new Template(
            t.program(), t.env(), t.dirs(), t.resources(), limits, t.grace(), port, t.worldSize()),
        group.members(),
        group.links());
  }

  /** The gateway's group, as the server makes it. */
  static Group gateway(int port, int adminPort) {
    return new Group(
        new GroupId(GroupId.SYSTEM, Kind.INFERENCE, "gateway", 1, 0),
        GroupKind.SERVICE,
        new Template(
            new Program.Gateway(port, adminPort),
            new TreeMap<>(),
            List.of(),
            new Resources(new Cpu(100), Bytes.ofMebibytes(96)),
            new Limits(Optional.empty()),
            Duration.ofSeconds(1),
            Optional.empty(),
            1),
        List.of(new Member(0, 0)),
        List.of());
  }
}
