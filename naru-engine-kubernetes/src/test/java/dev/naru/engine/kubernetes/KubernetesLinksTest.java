package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Link.Protocol;
import dev.naru.core.engine.Member;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who talks to whom, tried from inside pods of a cluster that enforces network policies: exactly
 * along the declared links. NARU_TESTBED_ENFORCES=1 says that it does.
 */
@EnabledIf("enforces")
@Timeout(600)
final class KubernetesLinksTest {
  private static final Member FIRST = new Member(0, 0);
  private static final List<Integer> PORTS = List.of(8080, 9090);

  @SuppressWarnings("NullAway.Init") // by JUnit, before all tests
  private static TestGround ground;

  @TempDir private Path folder;

  static boolean enforces() {
    return "1".equals(System.getenv("NARU_TESTBED_ENFORCES")) && TestCluster.available();
  }

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    ground = new TestGround(TestCluster.get());
  }

  @AfterAll
  static void leave() {
    ground.close();
  }

  private static Link link(String from, String inference, int port, Protocol protocol) {
    return new Link(from, "inference/" + inference, port, protocol, "spec.egress");
  }

  private static String ref(Group group) {
    return group.id().kind().lower() + "/" + group.id().workload();
  }

  private static List<String> targets(String host) {
    List<String> targets = new ArrayList<>();
    for (int port : PORTS) {
      targets.add(host + ":" + port + "/tcp");
      targets.add(host + ":" + port + "/udp");
    }
    return targets;
  }

  private static SortedSet<String> reached(Pod pod, List<String> targets) {
    List<String> words =
        new ArrayList<>(List.of("/jre/bin/java", "-Xmx32m", "-jar", "/app/app.jar", "reach"));
    words.addAll(targets);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch exec =
        ground
            .client()
            .pods()
            .resource(pod)
            .inContainer("main")
            .writingOutput(out)
            .exec(words.toArray(String[]::new))) {
      exec.exitCode().join();
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).as("answers of %s", pod.getMetadata().getName()).hasSameSizeAs(targets);
    SortedSet<String> reached = new TreeSet<>();
    lines.stream()
        .filter(l -> !l.contains("=none"))
        .forEach(l -> reached.add(l.substring(0, l.indexOf('='))));
    return reached;
  }

  private static Pod pod(KubernetesBench bench, Group group) {
    return ground
        .client()
        .pods()
        .inNamespace(EngineBench.PROJECT)
        .withName(bench.replica(group.id(), FIRST).handle())
        .get();
  }

  /** One without a label of Naru's: nothing restricts it. */
  private static Pod free(KubernetesBench bench) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(EngineBench.PROJECT)
            .withName("free")
            .endMetadata()
            .withSpec(
                PodRecipe.spec(
                        PodRecipe.container(
                                "main",
                                bench.kept(),
                                List.of("serve", "free", "8080", "9090"),
                                bench.gang("x", 1).template().resources(),
                                List.of())
                            .build(),
                        PodRecipe.scratch(bench.gang("x", 1).template().resources()))
                    .build())
            .build();
    ground.client().resource(pod).create();
    bench.until(
        "the free pod runs",
        () -> {
          Pod now = ground.client().resource(pod).get();
          return "Running".equals(now.getStatus().getPhase());
        });
    return ground.client().resource(pod).get();
  }

  @Test
  void exactlyTheDeclaredLinksAnswer() throws InterruptedException {
    try (KubernetesBench bench = new KubernetesBench(ground, folder)) {
      answered(bench);
    }
  }

  private static void answered(KubernetesBench bench) throws InterruptedException {
    bench.talks();
    List<Link> links =
        new ArrayList<>(
            List.of(
                link("inference/a", "b", 8080, Protocol.TCP),
                link("inference/a", "c", 8080, Protocol.UDP),
                link("inference/b", "c", 9090, Protocol.TCP),
                link("inference/c", "a", 9090, Protocol.UDP),
                link("inference/e", "d", 8080, Protocol.TCP),
                link("training/f", "d", 9090, Protocol.TCP),
                link("training/f", "d", 9090, Protocol.UDP),
                link("preparation/h", "a", 8080, Protocol.TCP)));
    bench.engine().links(EngineBench.PROJECT, links);
    List<Group> groups = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      groups.add(bench.service(name, 1, "serve", name, "8080", "9090"));
    }
    groups.add(bench.gang("f", 1, "serve", "f", "8080", "9090"));
    groups.add(bench.gang("g", 1, "serve", "g", "8080", "9090"));
    groups.add(bench.shards("h", 1, "serve", "h", "8080", "9090"));
    bench.until(
        "the volume is reached",
        () ->
            ((KubernetesEngine) bench.engine())
                .volumeHindrance(EngineBench.PROJECT, EngineBench.VOLUME, true)
                .isEmpty());
    groups.forEach(bench.engine()::apply);
    groups.forEach(bench::run);
    groups.forEach(g -> bench.line(g.id(), FIRST, "listening"));
    Pod free = free(bench);
    try {
      table(bench, groups, links, free);
      cut(bench, groups, links);
      bench.until(
          "it was tried, and told",
          () ->
              bench.engine().isolation(EngineBench.PROJECT).orElseThrow().state()
                  == Isolation.State.ENFORCED);
    } finally {
      ground.client().resource(free).withGracePeriod(0).delete();
      bench.engine().links(EngineBench.PROJECT, List.of());
    }
  }

  private static void table(KubernetesBench bench, List<Group> groups, List<Link> links, Pod free) {
    List<String> around = new ArrayList<>();
    String outside = System.getenv().getOrDefault("NARU_TEST_CLUSTER_STANDINS", "");
    for (String place : outside.isEmpty() ? new String[0] : outside.split(",", -1)) {
      around.addAll(List.of(place + "/tcp", place + "/udp"));
    }
    SortedSet<String> openTo = reached(free, around);
    assertThat(openTo).as("an unrestricted pod reaches the stand-ins").containsAll(around);
    around.addAll(targets(free.getStatus().getPodIP()));
    SortedSet<String> expected = new TreeSet<>();
    links.forEach(l -> expected.add(l.from() + " -> " + l.to() + " " + l.ports()));
    SortedSet<String> found = new TreeSet<>();
    Map<String, String> pods = new LinkedHashMap<>();
    for (Group group : groups) {
      String address = pod(bench, group).getStatus().getPodIP();
      targets(address).forEach(t -> pods.put(t, ref(group)));
      if (group.id().kind() == Kind.INFERENCE) {
        targets(group.id().workload() + "-infer").forEach(t -> pods.put(t, ref(group)));
      }
    }
    List<String> all = new ArrayList<>(around);
    all.addAll(pods.keySet());
    for (Group from : groups) {
      // At once, for each that is not answered takes its time.
      for (String answer : reached(pod(bench, from), all)) {
        String to = pods.getOrDefault(answer, "something around");
        if (!to.equals(ref(from))) {
          found.add(ref(from) + " -> " + to + " " + answer.substring(answer.lastIndexOf(':') + 1));
        }
      }
    }
    assertThat(reached(free, List.copyOf(pods.keySet())))
        .as("reached by a pod that declares nothing")
        .isEmpty();
    assertThat(found).isEqualTo(expected);
  }

  private static void cut(KubernetesBench bench, List<Group> groups, List<Link> links)
      throws InterruptedException {
    List<String> target = List.of("b-infer:8080/tcp");
    Pod a = pod(bench, groups.getFirst());
    assertThat(reached(a, target)).containsAll(target);
    bench.engine().links(EngineBench.PROJECT, links.subList(1, links.size()));
    Thread.sleep(Duration.ofSeconds(5));
    String address = pod(bench, groups.get(1)).getStatus().getPodIP() + ":8080/tcp";
    assertThat(reached(a, List.of(address))).isEmpty();
  }
}
