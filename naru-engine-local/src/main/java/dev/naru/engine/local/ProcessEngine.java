package dev.naru.engine.local;

import com.sun.management.OperatingSystemMXBean;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
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
import dev.naru.core.engine.Replica;
import dev.naru.core.engine.Usage;
import dev.naru.core.engine.VolumeFiles;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The driver {@code process}: replicas are plain processes of this Linux machine, each with a tiny
 * parent that outlives the control plane. All it knows is in files of the home, so any engine on
 * the same home, also a later one, sees and says the same.
 */
public final class ProcessEngine implements Engine {
  private final Layout layout;
  private final Clock clock;
  private final Node node;
  private final GroupStore store;
  private final KeptLogs keptLogs;
  private final Images images;
  private final Volumes volumes;
  private final FileAnswers answers;
  private final Judge judge;
  private final Signals signals;
  private final Keeper keeper;
  private final Usages usages;
  private final Caretaker caretaker;
  private final Cgroups cgroups;
  private final SecretFiles secrets;

  /**
   * Opens the home and goes on with what was under way there.
   *
   * @throws NaruException with code REFUSED where this is no Linux, or {@code setsid} is missing
   */
  public ProcessEngine(ProcessSettings settings) {
    if (!Files.isReadable(Path.of("/proc/self/stat"))) {
      throw new NaruException(
          NaruException.Code.REFUSED,
          "engine process needs Linux with /proc, found "
              + System.getProperty("os.name")
              + "; run it on a Linux machine");
    }
    layout = new Layout(settings.home());
    clock = settings.clock();
    try {
      Files.createDirectories(layout.replicas());
      Proc proc = new Proc(Path.of("/proc"));
      node = thisMachine();
      store = new GroupStore(layout);
      keptLogs = new KeptLogs(layout);
      images = new Images(layout);
      volumes = new Volumes(layout);
      answers = new FileAnswers(layout::place);
      signals = new Signals(proc);
      cgroups = settings.cgroups() ? Cgroups.find(cgroupName(layout)) : Cgroups.none();
      Launcher launcher = new Launcher(layout, images, settings.programs(), settings.jdk());
      secrets = SecretFiles.of(settings.home(), settings.secrets(), System.getenv());
      secrets.sweep(store);
      judge = new Judge(launcher, cgroups.enforced(), secrets.possible());
      Observer observer = new Observer(proc, signals, clock, node.name());
      keeper =
          new Keeper(
              store,
              new Starter(layout, launcher, cgroups, proc, secrets, clock),
              new Stopper(proc, signals, clock),
              observer,
              secrets,
              proc,
              new Ports(settings.firstPort(), settings.lastPort()),
              clock);
      usages = new Usages(store, proc, node.name());
      caretaker =
          new Caretaker(
              store,
              keeper,
              new Logs(settings.rotateAt()),
              settings.poll(),
              FileSystems.getDefault().newWatchService());
      caretaker.start();
    } catch (IOException e) {
      throw unreachable("open " + settings.home(), e);
    }
  }

  private static String cgroupName(Layout layout) {
    return "naru-" + TreeDigest.ofText(layout.home().toString()).substring(7, 19);
  }

  private static Node thisMachine() throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Node(
        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(),
        new Cpu(1000L * Runtime.getRuntime().availableProcessors()),
        new Bytes(system.getTotalMemorySize()));
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public Features features() {
    return new Features(false, false, cgroups.enforced(), false, false);
  }

  @Override
  public List<Node> nodes() {
    return List.of(node);
  }

  @Override
  public List<Judgement> judge(Resource resource) {
    return judge.judge(resource);
  }

  @Override
  public Optional<String> secretTrouble(String project, String name) {
    return secrets.trouble(project, name);
  }

  @Override
  public String digestOf(Image image, Path folder) {
    return images.digestOf(image, folder);
  }

  @Override
  public String keep(Image image, Path folder) {
    return images.keep(image, folder);
  }

  @Override
  public void apply(Group group) {
    run("apply " + group.id(), () -> keeper.apply(group));
    caretaker.nudge();
  }

  @Override
  public void remove(GroupId id, Duration grace) {
    run("remove " + id, () -> keeper.remove(id, grace));
    caretaker.nudge();
  }

  @Override
  public Observation observe(GroupId id) {
    try {
      Optional<GroupFile> file = store.read(id);
      if (file.isEmpty()) {
        return new Observation.Absent();
      }
      return new Observation.Seen(keeper.look(file.get()));
    } catch (IOException | RuntimeException e) {
      return observedMeanwhile(id, e);
    }
  }

  /** A group that is forgotten while it is looked at loses its files under the reader's eyes. */
  private Observation observedMeanwhile(GroupId id, Exception e) {
    try {
      return store.read(id).isEmpty()
          ? new Observation.Absent()
          : new Observation.Unknown(String.valueOf(e.getMessage()));
    } catch (IOException again) {
      return new Observation.Unknown(String.valueOf(again.getMessage()));
    }
  }

  @Override
  public Set<GroupId> groups() {
    return call(
        "list the groups",
        () -> store.all().stream().map(f -> f.group().id()).collect(Collectors.toSet()));
  }

  @Override
  public AutoCloseable watch(Consumer<GroupId> wake) {
    return caretaker.watch(wake);
  }

  @Override
  public Fact ask(Question question) {
    return answers.answer(question);
  }

  @Override
  public void logs(LogQuery query, Predicate<String> sink) {
    MemberDir dir = store.member(query.group(), query.member());
    Path kept = keptLogs.log(query.group(), query.member());
    boolean there = Files.isDirectory(dir.path());
    if (!there && !Files.exists(kept)) {
      throw notFound(query.group(), "replica " + query.member());
    }
    try {
      String project = query.group().project();
      Logs.read(
          there ? dir.log() : kept,
          query.tail(),
          () -> query.follow() && runs(query),
          line -> sink.test(secrets.redactor(project).redact(line)));
    } catch (IOException e) {
      throw unreachable("read the log of " + query.group(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean runs(LogQuery query) {
    return observe(query.group()) instanceof Observation.Seen seen
        && seen.replica(query.member()).filter(r -> r.phase() != Replica.Phase.ENDED).isPresent();
  }

  @Override
  public void ensureVolume(String project, Volume volume) {
    run("make volume " + volume.name(), () -> volumes.ensure(project, volume));
  }

  @Override
  public Set<String> volumes(String project) {
    return call("list the volumes", () -> volumes.names(project));
  }

  @Override
  public void removeVolume(String project, String volume) {
    run("remove volume " + volume, () -> volumes.remove(project, volume));
  }

  @Override
  public void copyIn(String project, String volume, InputStream tar) {
    run("copy to volume " + volume, () -> VolumeCopies.in(directory(project, volume), tar));
  }

  @Override
  public void copyOut(String project, String volume, String path, OutputStream tar) {
    run(
        "copy from volume " + volume,
        () -> VolumeCopies.out(directory(project, volume), volume, path, tar));
  }

  private Path directory(String project, String volume) throws IOException {
    if (!volumes.names(project).contains(volume)) {
      throw VolumeFiles.noVolume(project, volume);
    }
    return layout.volume(project, volume);
  }

  @Override
  public void removeModels(String project) {
    run(
        "remove the models of " + project,
        () -> {
          Durable.deleteTree(layout.models(project));
          keptLogs.remove(project);
        });
  }

  @Override
  public Instant kill(GroupId group, int index) {
    Instant at = clock.instant();
    run(
        "kill " + group + " " + index,
        () -> {
          Member running = running(group, index);
          MemberDir dir = store.member(group, running);
          signals.kill(dir.workload().orElseThrow(), dir.cgroups());
        });
    return at;
  }

  private Member running(GroupId group, int index) {
    if (observe(group) instanceof Observation.Seen seen) {
      Optional<Replica> running =
          seen.replicas().stream()
              .filter(r -> r.member().index() == index && r.phase() == Replica.Phase.RUNNING)
              .findFirst();
      if (running.isPresent()) {
        return running.get().member();
      }
    }
    throw notFound(group, "running replica " + index);
  }

  @Override
  public Usage usage() {
    return call("measure", () -> usages.measure(clock.instant()));
  }

  @Override
  public void close() {
    caretaker.close();
    cgroups.release();
  }

  /** Something that touches files and gives an answer. */
  private interface Reading<T> {
    T get() throws IOException;
  }

  /** Something that touches files. */
  private interface Writing {
    void run() throws IOException;
  }

  private static <T> T call(String what, Reading<T> reading) {
    try {
      return reading.get();
    } catch (IOException e) {
      throw unreachable(what, e);
    }
  }

  private static void run(String what, Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw unreachable(what, e);
    }
  }

  private static NaruException notFound(GroupId group, String what) {
    return new NaruException(NaruException.Code.NOT_FOUND, "there is no " + what + " of " + group);
  }

  private static NaruException unreachable(String what, IOException e) {
    return new NaruException(
        NaruException.Code.ENGINE_UNREACHABLE,
        "cannot " + what + ": " + e.getClass().getSimpleName() + ": " + e.getMessage(),
        e);
  }
}
