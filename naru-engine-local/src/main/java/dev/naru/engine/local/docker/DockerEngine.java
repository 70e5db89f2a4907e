package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.Info;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.LogQuery;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Usage;
import dev.naru.core.engine.VolumeFiles;
import dev.naru.engine.local.Images;
import dev.naru.engine.local.KeptLogs;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The driver {@code docker}: replicas are containers of a Docker Engine. All it knows is on that
 * engine, in names and labels; the home holds only who it is. Opening it asks nobody: an engine
 * that is away is told by each call.
 */
public final class DockerEngine implements Engine {
  private final DockerSettings settings;
  private final Api api;
  private final Names names;
  private final Containers containers;
  private final DockerVolumes volumes;
  private final DockerCopies copies;
  private final DockerLogs logs;
  private final KeptLogs keptLogs;
  private final ProgressReader progress;
  private final Groups groups;
  private final Relays relays;
  private final LinkProbe probe;
  private final Sight sight;
  private final DockerSecrets secrets;
  private final Questions questions;
  private final DockerUsages usages;
  private final Watchman watchman;
  private final Images images;
  private volatile String node = "";

  /**
   * Goes on with what is under way as soon as the engine answers.
   *
   * @throws NaruException with code INVALID where the address of the engine is none
   */
  public DockerEngine(DockerSettings settings) {
    this.settings = settings;
    HomeId home = HomeId.of(settings.home());
    names = new Names(home.id());
    api = new Api(settings.host(), settings.patience());
    images = Images.of(settings.home());
    containers = new Containers(api, home);
    volumes = new DockerVolumes(api, home, settings.images());
    copies = new DockerCopies(api, volumes);
    logs = new DockerLogs(api);
    keptLogs = KeptLogs.of(settings.home());
    Networks networks = new Networks(api, home, Subnets.parse(settings.subnets()));
    Recipe recipe = new Recipe(settings.pids());
    Helpers helpers = new Helpers(api, home, settings.images(), containers);
    secrets =
        new DockerSecrets(api, home, recipe, helpers, containers, volumes, settings.secrets());
    relays = new Relays(home, recipe, settings.images(), helpers, containers, networks);
    probe = new LinkProbe(api, home, recipe, helpers, containers, networks, logs);
    GroupMaker maker =
        new GroupMaker(
            api, home, recipe, settings.images(), containers, networks, relays, volumes, secrets);
    groups =
        new Groups(
            containers,
            networks,
            volumes,
            maker,
            relays,
            secrets,
            logs,
            keptLogs,
            names,
            settings.clock());
    progress = new ProgressReader(logs, this::progressed);
    sight = new Sight(api, containers, logs, progress, this::nodeName, secrets, settings.clock());
    questions = new Questions(api, home, recipe, helpers, containers, volumes, logs);
    usages = new DockerUsages(api, containers, this::nodeName);
    watchman =
        new Watchman(api, home, containers, groups, relays, settings.listEvery(), sight::keepOnly);
    watchman.start();
  }

  private void progressed(String container) {
    watchman.wakeFor(container);
  }

  private String nodeName() {
    return node.isEmpty() ? node(info()).name() : node;
  }

  private Info info() {
    return api.call("ask for its size", client -> client.infoCmd().exec());
  }

  private Node node(Info info) {
    String name = Objects.requireNonNullElse(info.getName(), "docker");
    node = name;
    return new Node(
        name,
        new Cpu(1000L * Objects.requireNonNullElse(info.getNCPU(), 1)),
        new Bytes(Objects.requireNonNullElse(info.getMemTotal(), 0L)));
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public Features features() {
    return new Features(false, true, true, false, false);
  }

  @Override
  public List<Node> nodes() {
    return List.of(node(info()));
  }

  @Override
  public List<Judgement> judge(Resource resource) {
    return DockerJudge.judge(resource);
  }

  @Override
  public Optional<String> secretTrouble(String project, String name) {
    return secrets.trouble(project, name);
  }

  @Override
  public String digestOf(Image image, Path folder) {
    return image
        .spec()
        .ref()
        .map(DockerEngine::digest)
        .orElseGet(() -> images.digestOf(image, folder, settings.images().recipe(image, folder)));
  }

  @Override
  public String keep(Image image, Path folder) {
    Optional<String> ref = image.spec().ref();
    if (ref.isPresent()) {
      settings.images().keepRef(ref.get());
      return digest(ref.get());
    }
    String digest = images.keep(image, folder, settings.images().recipe(image, folder));
    settings.images().prepare(digest);
    return digest;
  }

  private static String digest(String ref) {
    return ref.substring(ref.indexOf('@') + 1);
  }

  @Override
  public void apply(Group group) {
    groups.apply(group);
    watchman.nudge();
  }

  @Override
  public void links(String project, List<Link> links) {
    if (relays.declare(project, links)) {
      probe.begin(project, links);
    }
  }

  @Override
  public Optional<Isolation> isolation(String project) {
    return Optional.of(probe.of(project));
  }

  @Override
  public void remove(GroupId id, Duration grace) {
    groups.remove(id, grace);
    watchman.nudge();
  }

  @Override
  public Observation observe(GroupId id) {
    try {
      return sight.observe(id);
    } catch (NaruException e) {
      return new Observation.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Set<GroupId> groups() {
    return Set.copyOf(Containers.byGroup(containers.all()).keySet());
  }

  @Override
  public AutoCloseable watch(Consumer<GroupId> wake) {
    return watchman.watch(wake);
  }

  @Override
  public Fact ask(Question question) {
    return questions.answer(question);
  }

  @Override
  public void logs(LogQuery query, Predicate<String> sink) {
    Optional<Containers.Known> member = member(query.group(), query.member());
    Predicate<String> hiding = line -> sink.test(secrets.redact(query.group().project(), line));
    if (member.isPresent()) {
      logs.read(member.get().id(), query.tail(), query.follow(), false, hiding);
      return;
    }
    try {
      if (!keptLogs.read(query.group(), query.member(), query.tail(), hiding)) {
        throw notFound(query.group(), "replica " + query.member());
      }
    } catch (IOException e) {
      throw unreadable("read the kept log of " + query.group(), e);
    }
  }

  private Optional<Containers.Known> member(GroupId group, Member member) {
    return containers.of(group).stream()
        .filter(c -> c.is(Tags.Role.MEMBER) && Tags.member(c.labels()).equals(member))
        .findFirst();
  }

  @Override
  public void ensureVolume(String project, Volume volume) {
    Map<String, String> labels = Tags.role(Tags.Role.VOLUME, project);
    labels.put(Tags.VOLUME, volume.name());
    volumes.ensure(names.volume(project, volume.name()), labels);
  }

  @Override
  public Set<String> volumes(String project) {
    return volumes.of(project);
  }

  @Override
  public void removeVolume(String project, String volume) {
    volumes.remove(names.volume(project, volume));
  }

  @Override
  public void copyIn(String project, String volume, InputStream tar) {
    copies.in(named(project, volume), tar);
  }

  @Override
  public void copyOut(String project, String volume, String path, OutputStream tar) {
    copies.out(named(project, volume), volume, path, tar);
  }

  private String named(String project, String volume) {
    if (!volumes.of(project).contains(volume)) {
      throw VolumeFiles.noVolume(project, volume);
    }
    return names.volume(project, volume);
  }

  @Override
  public void removeModels(String project) {
    volumes.remove(names.models(project));
    try {
      keptLogs.remove(project);
    } catch (IOException e) {
      throw unreadable("remove the kept logs of " + project, e);
    }
  }

  @Override
  public Instant kill(GroupId group, int index) {
    Instant at = settings.clock().instant();
    boolean killed =
        containers.of(group).stream()
            .filter(c -> c.is(Tags.Role.MEMBER) && c.runs())
            .filter(c -> Tags.member(c.labels()).index() == index)
            .anyMatch(c -> containers.kill(c.id()));
    if (!killed) {
      throw notFound(group, "running replica " + index);
    }
    return at;
  }

  @Override
  public Usage usage() {
    return usages.measure(settings.clock().instant());
  }

  @Override
  public void close() {
    watchman.close();
    progress.close();
    settings.images().close();
    api.close();
  }

  private static NaruException unreadable(String what, IOException e) {
    return new NaruException(
        NaruException.Code.FAILED, "cannot " + what + ": " + e.getMessage(), e);
  }

  private static NaruException notFound(GroupId group, String what) {
    return new NaruException(NaruException.Code.NOT_FOUND, "there is no " + what + " of " + group);
  }
}
