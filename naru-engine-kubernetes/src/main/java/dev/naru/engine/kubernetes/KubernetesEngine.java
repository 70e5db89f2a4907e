package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.LogQuery;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Usage;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The engine {@code kubernetes}: gangs and shards are indexed Jobs, services are Deployments. All
 * it knows is in the cluster, in names and labels; what others made is left alone.
 */
public final class KubernetesEngine implements Engine {
  /** The Volume of the models of Trainings without checkpoints; nobody declares it. */
  public static final String MODELS = Custom.MODELS;

  private final Setup settings;
  private final Native seen;
  private final PodLogs logs;
  private final Files files;
  private final Answers answers;
  private final Claims claims;
  private final Replicas replicas;
  private final VolumeSight volumes;
  private final Groups groups;
  private final Removals removals;
  private final Gateways gateways;
  private final Drill drill;
  private final Kubelets kubelets;
  private final Optional<Leaving> leaving;
  private final Optional<Admission> admission;
  private volatile Optional<Recaller> recaller = Optional.empty();
  private final PolicyKeeper policies;
  private final PolicyProbe probe;
  private final boolean operates;
  private final List<Consumer<GroupId>> watchers = new CopyOnWriteArrayList<>();

  /** Groups that were made or removed and that the informers may not know of yet. */
  private final Unseen unseen;

  /**
   * Begins to look at the cluster; returns once everything was seen once.
   *
   * @param operates whether this is the control plane of the cluster, which can reach the addresses
   *     of pods; else it is somebody's command, which makes nothing and reaches pods through the
   *     API server
   * @throws NaruException ENGINE_UNREACHABLE, or REFUSED where the client may not look
   */
  public KubernetesEngine(KubernetesSettings settings, boolean operates) {
    KubernetesClient client = settings.cluster().client();
    this.settings =
        new Setup(
            client,
            settings.systemImage(),
            OwnPods.parse(settings.ownPods()),
            new Priorities(client, settings.clock()),
            settings
                .list()
                .map(n -> AllowedImages.in(client, n))
                .orElseGet(() -> AllowedImages.all(client)),
            settings.words(),
            settings.clock());
    this.operates = operates;
    this.unseen = new Unseen(settings.clock());
    this.seen = new Native(this.settings.client(), settings.reach(), operates, this::changed);
    this.logs = new PodLogs(this.settings.client(), () -> changed(Optional.empty()));
    Custom custom = new Custom(this.settings.client());
    Tokens tokens = new Tokens(this.settings.client());
    Complaints complaints = new Complaints(this.settings.client(), settings.clock());
    this.files = new Files(this.settings, seen, tokens, operates);
    this.gateways = new Gateways(this.settings, seen, tokens);
    this.claims = new Claims(this.settings.client(), seen);
    this.replicas = new Replicas(seen, logs, complaints, settings.clock());
    this.volumes = new VolumeSight(seen, files, complaints, settings.clock());
    this.groups = new Groups(this.settings, seen, replicas, files, claims, custom);
    this.removals = new Removals(this.settings.client(), seen, settings.clock());
    this.answers = new Answers(files, claims, custom, () -> changed(Optional.empty()));
    this.drill = new Drill(this.settings, seen, replicas);
    this.kubelets = new Kubelets(this.settings.client(), seen, replicas, operates);
    this.leaving =
        operates && settings.reach().namespace().isEmpty()
            ? Optional.of(new Leaving(this.settings.client()))
            : Optional.empty();
    this.admission =
        settings
            .list()
            .map(n -> new Admission(client, n, this.settings.images(), seen, settings.clock()));
    this.probe =
        new PolicyProbe(
            this.settings,
            namespace ->
                groups().stream().anyMatch(id -> id.project().equals(namespace))
                    || custom.works(namespace),
            () -> changed(Optional.empty()));
    this.policies =
        new PolicyKeeper(
            this.settings.client(),
            System.getenv().getOrDefault("POD_NAMESPACE", ""),
            settings.clock());
  }

  private void changed(Optional<GroupId> group) {
    GroupId id =
        group.orElse(new GroupId(GroupId.SYSTEM, dev.naru.spec.Kind.INFERENCE, "any", 1, 0));
    watchers.forEach(w -> w.accept(id));
  }

  @Override
  public String name() {
    return "kubernetes";
  }

  @Override
  public Features features() {
    return new Features(true, false, true, true, true);
  }

  /** For whoever decides what is free now, for others what there can be at most. */
  @Override
  public List<Node> nodes() {
    return seen.nodes()
        .map(all ->
            operates
                ? Capacities.free(all, seen.pods(), seen.others(), settings.clock().instant())
                : Capacities.most(all))
        .orElseGet(() -> List.of(Node.UNSEEN));
  }

  /** Where its volume is, the pod beside it is. */
  @Override
  public Optional<String> nodeOf(String project, String volume) {
    return claims.ofOneNode(project, volume)
        ? seen.pod(project, Files.podName(volume)).map(p -> p.getSpec().getNodeName())
        : Optional.empty();
  }

  @Override
  public List<Judgement> judge(Resource resource) {
    List<Judgement> said = new ArrayList<>(KubernetesJudge.judge(resource));
    if (resource instanceof Workload workload) {
      said.addAll(settings.priorities().found().judge(workload));
    }
    return said;
  }

  /** A control plane of one namespace has its own there, whatever this person may look at. */
  @Override
  public List<Judgement> lacks(String project) {
    boolean alone =
        Operator.in(settings.client(), project)
            .filter(o -> o.watched().equals(project))
            .isPresent();
    if (alone) {
      return Reach.downgrades();
    }
    return seen.nodes().isPresent()
        ? List.of()
        : List.of(
            new Judgement(
                Judgement.Level.DOWNGRADED,
                "",
                "",
                "whether there will ever be room is not looked at, for these rights do not reach"
                    + " the nodes; the operator waits for room"));
  }

  /** The whole reference: what the cluster starts is what was named, by digest. */
  @Override
  public String digestOf(Image image, Path folder) {
    return image
        .spec()
        .ref()
        .orElseThrow(() ->
            new NaruException(
                Code.INVALID,
                "cannot use "
                    + image.ref()
                    + " on a cluster as it is: it names no reference by digest; naru up pushes it"
                    + " to a registry, and naru render fills it in"));
  }

  @Override
  public String keep(Image image, Path folder) {
    return digestOf(image, folder);
  }

  /** Whether a namespace is being removed, so that nothing can be made in it any more. */
  public boolean leaves(String namespace) {
    return leaving.filter(l -> l.leaves(namespace)).isPresent();
  }

  /**
   * Lets only images run in some namespaces that were verified there, whoever makes the pods.
   *
   * @param namespaces all in which there is work
   */
  public void protect(Set<String> namespaces) {
    admission.ifPresent(a -> a.protect(namespaces));
  }

  /** The namespaces in which that holds; empty as long as that is not known. For any thread. */
  public Optional<Set<String>> protectedNamespaces() {
    return admission.flatMap(Admission::namespaces);
  }

  /**
   * Takes images out of the list of what may run there where the rules change, from now on; once.
   *
   * @param rules by which they were let in
   */
  public void recall(ImageRules rules) {
    recaller =
        admission.map(a ->
            Recaller.start(
                settings.images(),
                rules,
                list -> a.look(list, settings.systemImage()),
                settings.clock()));
  }

  @Override
  public void links(String project, List<Link> links) {
    if (operates && policies.keep(project, links)) {
      probe.begin(project, links);
    }
  }

  /** To who only asks, the status tells it. */
  @Override
  public Optional<Isolation> isolation(String project) {
    return operates ? Optional.of(probe.of(project)) : Optional.empty();
  }

  /** Whether a service is there to stay: what its pods are started with is settled then. */
  public boolean settled(GroupId id) {
    return seen.deployment(id)
        .filter(d -> d.getMetadata().getDeletionTimestamp() == null)
        .isPresent();
  }

  @Override
  public void apply(Group group) {
    groups.apply(group);
    unseen.made(group);
  }

  @Override
  public void remove(GroupId id, Duration grace) {
    removals.remove(id, grace);
    unseen.removed(id);
  }

  @Override
  public Observation observe(GroupId id) {
    if (!seen.watching()) {
      return new Observation.Unknown(seen.trouble());
    }
    return unseen.with(id, replicas.observe(id));
  }

  @Override
  public Set<GroupId> groups() {
    Set<GroupId> all = new HashSet<>(seen.groups());
    all.addAll(unseen.made());
    logs.keepOnly(
        seen.pods().stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet()));
    return all;
  }

  @Override
  public AutoCloseable watch(Consumer<GroupId> wake) {
    watchers.add(wake);
    return () -> watchers.remove(wake);
  }

  @Override
  public Fact ask(Question question) {
    return answers.answer(question);
  }

  /** One that was applied and has not begun has no lines yet. */
  @Override
  public void logs(LogQuery query, Predicate<String> sink) {
    Optional<Pod> pod = begun(query);
    while (pod.isEmpty() && query.follow()) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      pod = begun(query);
    }
    pod.ifPresent(p -> logs.read(Replicas.which(p), query.tail(), query.follow(), false, sink));
  }

  private Optional<Pod> begun(LogQuery query) {
    Optional<Pod> pod = replicas.pod(query.group(), query.member());
    if (pod.isEmpty()
        && !(observe(query.group()) instanceof Observation.Seen group
            && group.replica(query.member()).isPresent())) {
      throw new NaruException(
          Code.NOT_FOUND, "there is no replica " + query.member() + " of " + query.group());
    }
    return pod.filter(Sight::began);
  }

  @Override
  public void ensureVolume(String project, Volume volume) {
    if (operates) {
      claims.ensure(project, volume);
    }
  }

  /** The same for {@link #MODELS}. */
  public void ensureModels(String project) {
    claims.ensureModels(project);
    files.pod(project, MODELS);
  }

  @Override
  public Set<String> volumes(String project) {
    return claims.of(project);
  }

  @Override
  public void removeVolume(String project, String volume) {
    files.delete(project, volume);
    claims.remove(project, volume);
  }

  @Override
  public void copyIn(String project, String volume, InputStream tar) {
    Files.text(
        volume,
        files.send(
            project,
            volume,
            "POST",
            "/in?volume=" + volume,
            BodyPublishers.ofInputStream(() -> tar)));
  }

  @Override
  public void copyOut(String project, String volume, String path, OutputStream tar) {
    HttpResponse<InputStream> response =
        files.send(
            project,
            volume,
            "GET",
            "/out?volume=" + volume + "&path=" + URLEncoder.encode(path, StandardCharsets.UTF_8),
            BodyPublishers.noBody());
    if (response.statusCode() != 200) {
      Files.text(volume, response);
    }
    try (InputStream in = response.body()) {
      in.transferTo(tar);
    } catch (IOException e) {
      throw new NaruException(
          Code.FAILED, "cannot copy from volume " + volume + ": " + e.getMessage(), e);
    }
  }

  /**
   * Those of a Training with checkpoints are on the Volume of those, which is removed by itself.
   */
  @Override
  public void removeModels(String project) {
    if (seen.claim(project, Places.claim(Custom.MODELS)).isPresent()) {
      removeVolume(project, Custom.MODELS);
    }
  }

  @Override
  public Instant kill(GroupId group, int index) {
    return drill.kill(group, index);
  }

  @Override
  public Usage usage() {
    return kubelets.measure(settings.clock().instant());
  }

  /**
   * What keeps a Volume of a project from being used; empty for nothing.
   *
   * @param used whether a workload refers to it: then the pod that reaches its files is made
   */
  public Optional<Hindrance> volumeHindrance(String project, String volume, boolean used) {
    return volumes.hindrance(project, volume, used);
  }

  /** What keeps containers of an Inference ending before they are ready; empty for nothing. */
  public Optional<Hindrance> crash(String project, String inference) {
    return seen.pods().stream()
        .filter(p -> Labels.group(p).filter(g -> isOf(g, project, inference)).isPresent())
        .flatMap(p -> Sight.crash(p).stream())
        .findFirst();
  }

  private static boolean isOf(GroupId group, String project, String inference) {
    return group.kind() == dev.naru.spec.Kind.INFERENCE
        && group.project().equals(project)
        && group.workload().equals(inference);
  }

  /** The gateways of the cluster. */
  public Gateways gateways() {
    return gateways;
  }

  @Override
  public void close() {
    leaving.ifPresent(Leaving::close);
    recaller.ifPresent(Recaller::close);
    kubelets.close();
    logs.close();
    files.close();
    seen.close();
    settings.client().close();
  }
}
