package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Link.Protocol;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.PuppetJar;
import dev.naru.core.testkit.engine.Talker;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Who talks to whom, tried from inside containers: exactly along the declared links. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(300)
final class DockerLinksTest {
  private static final Member FIRST = new Member(0, 0);
  private static final List<Integer> PORTS = List.of(8080, 9090);

  @TempDir private Path folder;
  private DockerBench bench;
  private final List<String> extra = new ArrayList<>();
  private final List<String> networks = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    bench = new DockerBench(folder);
    PuppetJar.write(folder.resolve("puppet.jar"), "talker", Talker.class);
  }

  @AfterEach
  void close() {
    extra.forEach(bench.containers()::remove);
    bench.engine().groups().forEach(g -> bench.engine().remove(g, Duration.ZERO));
    bench.until(
        "no network is left",
        () ->
            new Networks(bench.api(), bench.id(), Subnets.parse("10.213.0.0/16")).own().isEmpty());
    networks.forEach(
        n -> bench.api().run("remove it", client -> client.removeNetworkCmd(n).exec()));
    bench.close();
  }

  private static Group linked(Group group, Link... links) {
    return new Group(group.id(), group.kind(), group.template(), group.members(), List.of(links));
  }

  private static Link link(String from, String inference, int port, Protocol protocol) {
    return new Link(from, "inference/" + inference, port, protocol, "spec.egress");
  }

  private static Link outside(String from, String host, int port, Protocol protocol) {
    return new Link(from, host, port, protocol, "spec.egress");
  }

  private Group service(String name, Link... links) {
    return linked(bench.service(name, 1, "serve", name, "8080", "9090"), links);
  }

  private void run(List<Group> groups) {
    groups.forEach(bench.engine()::apply);
    groups.forEach(g -> bench.run(g));
    groups.forEach(g -> bench.line(g.id(), FIRST, "listening"));
  }

  private Map<String, String> addresses(String container) {
    Map<String, String> addresses = new LinkedHashMap<>();
    Map<String, ContainerNetwork> all =
        bench
            .api()
            .call("look", client -> client.inspectContainerCmd(container).exec())
            .getNetworkSettings()
            .getNetworks();
    all.forEach((network, place) ->
        Optional.ofNullable(place.getIpAddress())
            .filter(a -> !a.isEmpty())
            .ifPresent(a -> addresses.put(network, a)));
    return addresses;
  }

  /** What a container says that it reaches, of these targets. */
  private SortedSet<String> reached(String container, List<String> targets) {
    List<String> words =
        new ArrayList<>(List.of("/jre/bin/java", "-Xmx32m", "-jar", "/app/app.jar", "reach"));
    words.addAll(targets);
    StringBuilder said = new StringBuilder();
    bench
        .api()
        .call(
            "try",
            client -> {
              String exec =
                  client
                      .execCreateCmd(container)
                      .withCmd(words.toArray(String[]::new))
                      .withAttachStdout(true)
                      .withAttachStderr(true)
                      .exec()
                      .getId();
              try {
                bench
                    .api()
                    .streams()
                    .execStartCmd(exec)
                    .exec(
                        new ResultCallback.Adapter<Frame>() {
                          @Override
                          public void onNext(Frame frame) {
                            said.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                          }
                        })
                    .awaitCompletion();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return exec;
            });
    SortedSet<String> reached = new TreeSet<>();
    List<String> lines = said.toString().lines().toList();
    assertThat(lines).as("answers of %s", container).hasSameSizeAs(targets);
    lines.stream()
        .filter(l -> !l.contains("=none"))
        .forEach(l -> reached.add(l.substring(0, l.indexOf('='))));
    return reached;
  }

  private String container(Group group) {
    return bench.container(group.id(), FIRST);
  }

  private static List<String> targets(String host) {
    List<String> targets = new ArrayList<>();
    for (int port : PORTS) {
      targets.add(host + ":" + port + "/tcp");
      targets.add(host + ":" + port + "/udp");
    }
    return targets;
  }

  private static String ref(Group group) {
    return group.id().kind().lower() + "/" + group.id().workload();
  }

  /** A container of no project, on a plain network of its own or on the machine's. */
  private String stranger(String name, String network, String... words) {
    Program.OfImage program =
        new Program.OfImage(bench.kept(), bench.puppet().spec().runsOn(), List.of(words));
    String image = bench.settings().images().imageIdFor(program);
    String full = "naru_" + bench.id().id() + "_" + name;
    String id =
        bench
            .containers()
            .make(
                full,
                client ->
                    Recipe.create(
                            client, image, full, bench.id().sign(full, Tags.role(Tags.Role.HATCH)))
                        .withCmd(words)
                        .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network))
                        .exec()
                        .getId());
    extra.add(id);
    bench.containers().start(id);
    return id;
  }

  private String plain() {
    String plain = "plain-" + bench.id().id();
    bench.api().run("make a network", client -> client.createNetworkCmd().withName(plain).exec());
    networks.add(plain);
    return plain;
  }

  @Test
  void exactlyTheDeclaredLinksAnswer() {
    List<Group> groups =
        List.of(
            service(
                "a",
                link("inference/a", "b", 8080, Protocol.TCP),
                link("inference/a", "c", 8080, Protocol.UDP)),
            service("b", link("inference/b", "c", 9090, Protocol.TCP)),
            service("c", link("inference/c", "a", 9090, Protocol.UDP)),
            service("d"),
            service("e", link("inference/e", "d", 8080, Protocol.TCP)),
            linked(
                bench.gang("f", 1, "serve", "f", "8080", "9090"),
                Link.whole("training/f", "training/f", "spec.workers"),
                link("training/f", "d", 9090, Protocol.TCP),
                link("training/f", "d", 9090, Protocol.UDP)),
            EngineBench.linked(bench.gang("g", 1, "serve", "g", "8080", "9090")),
            linked(
                bench.shards("h", 1, "serve", "h", "8080", "9090"),
                link("preparation/h", "a", 8080, Protocol.TCP)));
    Group other =
        new Group(
            new GroupId("other", Kind.INFERENCE, "b", 1, 0),
            GroupKind.SERVICE,
            EngineBench.dirs(service("b"), List.of()).template(),
            List.of(FIRST),
            List.of());
    run(groups);
    run(List.of(other));
    String plain = plain();
    stranger("machine", "host", "serve", "machine", "23994");
    String free = stranger("free", plain, "serve", "free", "8080", "9090");
    bench.until(
        "the machine listens",
        () -> !reached(free, List.of(bench.machineOn(plain) + ":23994/tcp")).isEmpty());
    String standIns = System.getenv().getOrDefault("NARU_TEST_STANDINS", "");
    List<String> machine = new ArrayList<>(List.of(bench.machineOn(plain) + ":23994"));
    machine.addAll(standIns.isEmpty() ? List.of() : List.of(standIns.split(",", -1)));
    List<String> around = new ArrayList<>();
    machine.forEach(m -> around.addAll(List.of(m + "/tcp", m + "/udp")));
    // The positive control: who is not isolated reaches all of these.
    assertThat(reached(free, around)).as("reached by who is not isolated").containsAll(around);
    addresses(free).values().forEach(a -> around.addAll(targets(a)));
    addresses(container(other)).values().forEach(a -> around.addAll(targets(a)));
    around.addAll(targets("b.other"));

    SortedSet<String> expected = new TreeSet<>();
    SortedSet<String> found = new TreeSet<>();
    for (Group from : groups) {
      from.links().stream()
          .filter(Link::egress)
          .forEach(l -> expected.add(l.from() + " -> " + l.to() + " " + l.ports()));
      // Where an answer comes from, of all that one container tries at once.
      Map<String, String> behind = new LinkedHashMap<>();
      around.forEach(t -> behind.put(t, "around"));
      for (Group to : groups) {
        if (!to.equals(from)) {
          List<String> places = new ArrayList<>(addresses(container(to)).values());
          if (to.id().kind() == Kind.INFERENCE) {
            places.add(to.id().workload() + "-infer");
          }
          places.forEach(p -> targets(p).forEach(t -> behind.put(t, ref(to))));
        }
      }
      for (String answer : reached(container(from), List.copyOf(behind.keySet()))) {
        found.add(
            ref(from)
                + " -> "
                + behind.get(answer)
                + " "
                + answer.substring(answer.lastIndexOf(':') + 1));
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void linkToTheOutsideAnswersUnderItsNameAndNoOther() {
    String plain = plain();
    stranger("machine", "host", "serve", "machine", "23994", "23995");
    String host = bench.machineOn(plain) + ".nip.invalid";
    // The name is one that the relay can look up without anybody's help: the machine's own.
    String name = bench.machineOn(plain);
    Group gang =
        linked(
            bench.gang("f", 1, "serve", "f", "8080"),
            outside("training/f", name, 23994, Protocol.TCP));
    run(List.of(gang));
    String relay = bench.names().link("contract", "training/f", name);
    String address =
        new Networks(bench.api(), bench.id(), Subnets.parse("10.213.0.0/16"))
            .block(relay)
            .orElseThrow()
            .address(2);
    List<String> targets = new ArrayList<>();
    for (int port : List.of(23994, 23995)) {
      for (String protocol : List.of("tcp", "udp")) {
        targets.add(address + ":" + port + "/" + protocol);
        targets.add(host + ":" + port + "/" + protocol);
      }
    }
    bench.until(
        "the link answers",
        () ->
            reached(container(gang), targets)
                .equals(new TreeSet<>(List.of(address + ":23994/tcp"))));
  }

  @Test
  void linkThatIsNoLongerDeclaredCarriesNothingAnyMore() throws InterruptedException {
    Link first = link("inference/a", "b", 8080, Protocol.TCP);
    Link second = link("inference/a", "c", 8080, Protocol.TCP);
    List<Group> groups = List.of(service("a", first, second), service("b"), service("c"));
    bench.engine().links("contract", List.of(first, second));
    run(groups);
    String a = container(groups.getFirst());
    List<String> both = List.of("b-infer:8080/tcp", "c-infer:8080/tcp");
    bench.until("both answer", () -> reached(a, both).containsAll(both));
    String id = stranger("hold", "container:" + a, "hold", "b-infer:8080");
    List<String> lines = new ArrayList<>();
    DockerLogs logs = new DockerLogs(bench.api());
    bench.until("the connection is open", () -> read(logs, id, lines).contains("open"));
    long began = System.nanoTime();
    bench.engine().links("contract", List.of(second));
    assertThat(reached(a, both)).doesNotContain("b-infer:8080/tcp");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    bench.until("the connection is closed", () -> read(logs, id, lines).contains("closed"));
    bench.until("the other answers", () -> reached(a, both).contains("c-infer:8080/tcp"));
  }

  private static List<String> read(DockerLogs logs, String id, List<String> lines) {
    lines.clear();
    logs.read(id, -1, false, false, lines::add);
    return lines;
  }

  @Test
  void targetThatComesLaterIsReachedAndItsSuccessorToo() {
    Group source = service("a", link("inference/a", "b", 8080, Protocol.TCP));
    run(List.of(source));
    List<String> target = List.of("b-infer:8080/tcp");
    assertThat(reached(container(source), target)).isEmpty();
    Group late = service("b");
    run(List.of(late));
    bench.until("it answers", () -> reached(container(source), target).containsAll(target));
    bench.engine().remove(late.id(), Duration.ZERO);
    bench.gone(late.id());
    run(List.of(late));
    bench.until(
        "its successor answers", () -> reached(container(source), target).containsAll(target));
  }

  @Test
  void whatWasTriedIsTold() {
    assertThat(bench.engine().isolation("contract").orElseThrow().state())
        .isEqualTo(Isolation.State.UNKNOWN);
    bench.engine().links("contract", List.of(link("inference/a", "b", 8080, Protocol.TCP)));
    bench.until(
        "it was tried",
        () ->
            bench.engine().isolation("contract").orElseThrow().state() == Isolation.State.ENFORCED);
    assertThat(bench.engine().isolation("contract").orElseThrow().message())
        .isEqualTo(
            "tried: a container was reached on its own network and not from another; 1 links"
                + " declared");
  }

  @Test
  void hundredsOfLinksFit() {
    Networks made = new Networks(bench.api(), bench.id(), Subnets.parse("10.213.0.0/16"));
    List<String> names = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        String name = bench.names().link("contract", "training/t" + i, "b-infer");
        made.ensure(name, Tags.link("contract", "training/t" + i), 28, Networks.Shape.LINK);
        names.add(name);
      }
      assertThat(made.own()).hasSize(200);
    } finally {
      names.forEach(n -> made.remove(n, List.of()));
    }
    assertThat(Objects.requireNonNull(made.own())).isEmpty();
  }
}
