package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.Puppet;
import dev.naru.core.testkit.engine.PuppetJar;
import dev.naru.core.testkit.engine.Talker;
import dev.naru.core.testkit.engine.TestLayers;
import dev.naru.engine.local.FilesMain;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What all benches of a run stand on: a namespace of its own, which admits restricted pods alone
 * and goes at the end, and images in the cluster's registry. No operator is in it.
 */
final class TestGround implements AutoCloseable {
  private static final Path DEFINITIONS = Path.of("../charts/naru/definitions/crds.yaml");

  /** The version of the puppet that is a {@link Talker}. */
  static final String TALKER = "talker";

  private static final String MINE = "naru.dev/contract";
  private static final List<String> JAVA =
      List.of(
          "/jre/bin/java",
          "-Xshare:auto",
          "-XX:-UsePerfData",
          // As in the real images: a rank looks again at once for a peer that is not there yet.
          "-Dsun.net.inetaddr.negative.ttl=0");

  /** Of what Naru's own image is made here. */
  private static final List<Class<?>> OWN =
      List.of(
          FilesMain.class,
          Question.class,
          TreeDigest.class,
          Eye.class,
          com.fasterxml.jackson.core.JsonFactory.class,
          com.fasterxml.jackson.databind.json.JsonMapper.class,
          com.fasterxml.jackson.annotation.JsonProperty.class,
          org.apache.commons.compress.archivers.ArchiveEntry.class,
          org.apache.commons.io.IOUtils.class,
          org.apache.commons.lang3.StringUtils.class,
          org.apache.commons.codec.Charsets.class,
          org.slf4j.Logger.class);

  private final Cluster cluster;
  private final KubernetesClient client;
  private final String systemImage;
  private final Map<String, String> puppets = new TreeMap<>();
  private final String registry;
  private final byte[] runtime;
  private final TestEyes eyes;

  TestGround(TestCluster there) throws IOException, InterruptedException {
    this.cluster = there.cluster();
    this.client = cluster.client();
    this.registry = there.registry();
    this.runtime = TestLayers.runtime();
    clear();
    try (Installer installer = new Installer(cluster, _ -> {})) {
      installer.namespace(EngineBench.PROJECT);
      if (!installer.knowsKinds()) {
        installer.apply(List.of(Files.readString(DEFINITIONS)));
      }
    }
    client
        .namespaces()
        .withName(EngineBench.PROJECT)
        .edit(n -> {
          n.getMetadata().getLabels().put(MINE, "true");
          return n;
        });
    Map<String, Path> files = new TreeMap<>();
    StringBuilder path = new StringBuilder();
    for (Class<?> type : OWN) {
      path.append("/naru/").append(files.size()).append(':');
      files.put("naru/" + files.size(), TestLayers.place(type));
    }
    List<String> entrypoint = new ArrayList<>(JAVA);
    entrypoint.addAll(List.of("-cp", path.toString()));
    this.systemImage = push("contract/system", files, entrypoint);
    this.eyes = new TestEyes(client, path.toString());
  }

  /** Removes what a run left that was ended in the middle; never a namespace of somebody else's. */
  private void clear() throws InterruptedException {
    Namespace there = client.namespaces().withName(EngineBench.PROJECT).get();
    if (there != null && !there.getMetadata().getLabels().containsKey(MINE)) {
      throw new AssertionError(
          "namespace " + EngineBench.PROJECT + " is not of these tests; remove it first");
    }
    if (there != null) {
      client.namespaces().withName(EngineBench.PROJECT).delete();
      while (client.namespaces().withName(EngineBench.PROJECT).get() != null) {
        Thread.sleep(100);
      }
    }
  }

  /** The puppet of a version, in the registry; its reference by digest. */
  String puppet(String version) {
    return puppets.computeIfAbsent(
        version,
        v -> {
          try {
            Path jar = Files.createTempFile("puppet", ".jar");
            PuppetJar.write(jar, v, v.equals(TALKER) ? Talker.class : Puppet.class);
            List<String> entrypoint = new ArrayList<>(JAVA);
            entrypoint.addAll(List.of("-jar", "/app/app.jar"));
            String ref = push("contract/puppet", Map.of("app/app.jar", jar), entrypoint);
            Files.delete(jar);
            return ref;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
          }
        });
  }

  private String push(String name, Map<String, Path> files, List<String> entrypoint)
      throws IOException, InterruptedException {
    try (TestRegistry into = new TestRegistry(registry)) {
      return into.push(name, List.of(runtime, TestLayers.of(files)), entrypoint);
    }
  }

  KubernetesClient client() {
    return client;
  }

  TestEyes eyes() {
    return eyes;
  }

  /** The folders of the kubelets that run on this machine: in the test bed all of them. */
  static List<Path> kubelets() {
    String option = "--root-dir=";
    return ProcessHandle.allProcesses()
        .flatMap(p -> p.info().arguments().stream().flatMap(Stream::of))
        .filter(a -> a.startsWith(option))
        .map(a -> Path.of(a.substring(option.length())))
        .toList();
  }

  /** What an engine is made with here. */
  KubernetesSettings settings() {
    return new KubernetesSettings(
        cluster, Reach.ALL, systemImage, "", Optional.empty(), WORDS, Clock.systemUTC());
  }

  /** Gateways and model servers are tried elsewhere. */
  private static final KubernetesSettings.Words WORDS =
      new KubernetesSettings.Words() {
        private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx48m");

        @Override
        public List<String> modelServer(
            Program.ModelServer program, String directory, int port, Resources resources) {
          throw new AssertionError("not tried here");
        }

        @Override
        public List<String> gateway(String namespace, String directory, String tokenFile) {
          throw new AssertionError("not tried here");
        }

        @Override
        public List<String> files(int port, String tokenFile) {
          return words("dev.naru.engine.local.FilesMain", Integer.toString(port), tokenFile);
        }

        @Override
        public List<String> probe(List<String> words) {
          List<String> all = new ArrayList<>(List.of("dev.naru.engine.local.ProbeMain"));
          all.addAll(words);
          return words(all.toArray(String[]::new));
        }

        @Override
        public List<String> kill(Instant at) {
          return words("dev.naru.engine.local.KillMain", Long.toString(at.toEpochMilli()));
        }

        private List<String> words(String... words) {
          List<String> all = new ArrayList<>(SMALL);
          all.addAll(List.of(words));
          return all;
        }
      };

  @Override
  public void close() {
    eyes.close();
    client.namespaces().withName(EngineBench.PROJECT).delete();
    client.close();
  }
}
