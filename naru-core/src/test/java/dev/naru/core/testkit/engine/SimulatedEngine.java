package dev.naru.core.testkit.engine;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.LogQuery;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Usage;
import dev.naru.core.engine.VolumeFiles;
import dev.naru.core.testkit.engine.SimulatedWorld.SimulatedGroup;
import dev.naru.spec.Bytes;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.Volume;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** An engine over a {@link SimulatedWorld}: no processes, no files, no clock but the world's. */
public final class SimulatedEngine implements Engine {
  private final SimulatedWorld world;
  private final Function<Image, String> sources;
  private final List<Consumer<GroupId>> watching = new ArrayList<>();

  /**
   * @param sources what the source of an image holds now
   */
  public SimulatedEngine(SimulatedWorld world, Function<Image, String> sources) {
    this.world = world;
    this.sources = sources;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Features features() {
    return new Features(false, true, true, true, true);
  }

  @Override
  public List<Node> nodes() {
    synchronized (reachable()) {
      return world.nodes();
    }
  }

  @Override
  public List<Judgement> judge(Resource resource) {
    return List.of();
  }

  @Override
  public String digestOf(Image image, Path folder) {
    return TreeDigest.ofText(image.spec().runsOn() + "\n" + sources.apply(image));
  }

  @Override
  public String keep(Image image, Path folder) {
    return digestOf(image, folder);
  }

  @Override
  public void apply(Group group) {
    synchronized (reachable()) {
      SimulatedGroup there = world.groups().get(group.id());
      if (there != null && there.removing) {
        throw new NaruException(
            NaruException.Code.CONFLICT,
            "cannot apply " + group.id() + ": it is being removed; try again once it is gone");
      }
      SimulatedGroup made = there == null ? world.make(group) : there;
      made.group =
          new Group(
              group.id(),
              made.group.kind(),
              made.group.template(),
              group.members(),
              made.group.links());
      for (Member member : group.members()) {
        if (!made.replicas.containsKey(member)) {
          world.start(made, member);
        }
      }
      made.replicas.forEach((member, replica) -> {
        if (!group.members().contains(member) && !replica.stopping()) {
          replica.ask(world.now(), world.now().plus(group.template().grace()));
        }
      });
      world.settle();
      world.wake(group.id());
    }
  }

  @Override
  public void remove(GroupId id, Duration grace) {
    synchronized (reachable()) {
      SimulatedGroup group = world.groups().get(id);
      if (group != null) {
        group.removing = true;
        group.replicas.values().forEach(r -> r.ask(world.now(), world.now().plus(grace)));
        world.settle();
        world.wake(id);
      }
    }
  }

  @Override
  public Observation observe(GroupId id) {
    synchronized (world) {
      if (world.unreachable().isPresent()) {
        return new Observation.Unknown(world.unreachable().get());
      }
      SimulatedGroup group = world.groups().get(id);
      return group == null
          ? new Observation.Absent()
          : new Observation.Seen(
              group.replicas.values().stream().map(SimulatedReplica::seen).toList());
    }
  }

  @Override
  public Set<GroupId> groups() {
    synchronized (reachable()) {
      return Set.copyOf(world.groups().keySet());
    }
  }

  @Override
  public AutoCloseable watch(Consumer<GroupId> wake) {
    world.watchers().add(wake);
    watching.add(wake);
    return () -> world.watchers().remove(wake);
  }

  @Override
  public Fact ask(Question question) {
    synchronized (world) {
      return world
          .unreachable()
          .<Fact>map(Fact.Unknown::new)
          .orElseGet(() -> world.files().answer(question));
    }
  }

  @Override
  public void logs(LogQuery query, Predicate<String> sink) {
    int next = -1;
    while (true) {
      List<String> lines;
      boolean last;
      synchronized (reachable()) {
        SimulatedReplica replica = replica(query);
        if (next < 0) {
          next = query.tail() < 0 ? 0 : Math.max(0, replica.log.size() - query.tail());
        }
        lines = List.copyOf(replica.log.subList(next, replica.log.size()));
        last = replica.ended() || !query.follow();
        if (lines.isEmpty() && !last && !waitForMore()) {
          return;
        }
      }
      next += lines.size();
      for (String line : lines) {
        if (!sink.test(line)) {
          return;
        }
      }
      if (last) {
        return;
      }
    }
  }

  private boolean waitForMore() {
    try {
      world.wait(1000);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private SimulatedReplica replica(LogQuery query) {
    SimulatedGroup group =
        world.groups().getOrDefault(query.group(), world.kept().get(query.group()));
    SimulatedReplica replica = group == null ? null : group.replicas.get(query.member());
    if (replica == null) {
      throw notFound(query.group(), "replica " + query.member());
    }
    return replica;
  }

  @Override
  public void ensureVolume(String project, Volume volume) {
    synchronized (reachable()) {
      world.volumes(project).add(volume.name());
    }
  }

  @Override
  public Set<String> volumes(String project) {
    synchronized (reachable()) {
      return new TreeSet<>(world.volumes(project));
    }
  }

  @Override
  public void removeVolume(String project, String volume) {
    synchronized (reachable()) {
      world.volumes(project).remove(volume);
      world.files().remove("volumes/" + project + "/" + volume);
    }
  }

  @Override
  public void copyIn(String project, String volume, InputStream tar) {
    synchronized (reachable()) {
      SimulatedArchive.in(world.files(), directory(project, volume), tar);
      world.settle();
    }
  }

  @Override
  public void copyOut(String project, String volume, String path, OutputStream tar) {
    synchronized (reachable()) {
      SimulatedArchive.out(world.files(), directory(project, volume), volume, path, tar);
    }
  }

  private String directory(String project, String volume) {
    if (!world.volumes(project).contains(volume)) {
      throw VolumeFiles.noVolume(project, volume);
    }
    return "volumes/" + project + "/" + volume;
  }

  @Override
  public void removeModels(String project) {
    synchronized (reachable()) {
      world.files().remove("models/" + project);
    }
  }

  @Override
  public Instant kill(GroupId group, int index) {
    synchronized (reachable()) {
      Instant at = world.now();
      world.current(group, index).end(world.now(), Exit.Cause.EXITED, 137);
      world.settle();
      world.wake(group);
      return at;
    }
  }

  @Override
  public Usage usage() {
    synchronized (reachable()) {
      List<Usage.OfReplica> replicas = new ArrayList<>();
      Duration cpu = Duration.ofSeconds(1);
      for (var group : world.groups().entrySet()) {
        for (SimulatedReplica r : group.getValue().replicas.values()) {
          cpu = cpu.plus(r.cpu());
          if (!r.ended()) {
            replicas.add(
                new Usage.OfReplica(
                    group.getKey(), r.member, r.node, r.cpu(), new Bytes(r.memory())));
          }
        }
      }
      Duration used = cpu;
      List<Usage.OfNode> nodes =
          world.nodes().stream()
              .map(n -> new Usage.OfNode(n.name(), used, Bytes.ofMebibytes(256)))
              .toList();
      return new Usage(world.now(), nodes, replicas);
    }
  }

  @Override
  public void close() {
    world.watchers().removeAll(watching);
  }

  /** The world, which is the lock too; fails where it cannot be asked. */
  private SimulatedWorld reachable() {
    world
        .unreachable()
        .ifPresent(reason -> {
          throw new NaruException(NaruException.Code.ENGINE_UNREACHABLE, reason);
        });
    return world;
  }

  static NaruException notFound(GroupId group, String what) {
    return new NaruException(NaruException.Code.NOT_FOUND, "there is no " + what + " of " + group);
  }
}
