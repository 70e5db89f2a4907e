package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.testkit.engine.Ability;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.Puppet;
import dev.naru.spec.Bytes;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.SecretFile;
import dev.naru.spec.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The contract's bench on a real cluster: what it looks at, it asks the API server for itself. */
final class KubernetesBench extends EngineBench {
  private final TestGround ground;
  private final KubernetesClient client;
  private final Set<String> secrets = new TreeSet<>();
  private final Path folder;
  private String version = "1";

  /**
   * @param folder empty
   */
  KubernetesBench(TestGround ground, Path folder) {
    this.ground = ground;
    this.client = ground.client();
    this.folder = folder;
  }

  /** Uses a program that tries links from now on. */
  void talks() {
    version = TestGround.TALKER;
  }

  @Override
  protected Engine open() {
    return new KubernetesEngine(ground.settings(), true);
  }

  @Override
  protected Image puppet() {
    return new Image(
        new Metadata("puppet", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            Optional.empty(),
            Optional.empty(),
            Optional.of(ground.puppet(version)),
            Optional.empty(),
            Optional.empty()));
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Override
  protected void changePuppet() {
    version = "2";
  }

  @Override
  protected String listen() {
    return "listen:0.0.0.0";
  }

  @Override
  protected Duration limit() {
    return Duration.ofSeconds(60);
  }

  @Override
  protected String fileOfTheMachine() {
    return "/etc/passwd";
  }

  @Override
  protected String lacks(Ability ability) {
    return switch (ability) {
      case ORDER_OF_STREAMS ->
          "the two streams of a container are two pipes: lines of one moment may change places";
      case DENIED_LINKS -> "links are enforced by the cluster's network, once they were applied";
      case NAMED_SHARDS ->
          "an indexed Job starts all shards, and by itself tries again those that failed";
      case LONE_ENDS -> "a gang's Job ends all ranks when one has failed: the attempt is over";
      case ENDED_REPLICAS -> "a Deployment's pods start a program again that ended by itself";
      case PROMPT_ENDS -> "a kubelet looks at its containers once a second";
      case HIDDEN_VALUES ->
          "Naru does not read the Secrets of a cluster, so it cannot know what to hide";
      case CONNECTIONS, READ_ONLY_INPUTS, OWN_FILES, LINKED_FILES -> "";
    };
  }

  @Override
  protected void setSecret(String name, String value) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(PROJECT)
                .endMetadata()
                .addToStringData(SecretFile.KEY, value)
                .build())
        .serverSideApply();
    secrets.add(name);
  }

  @Override
  protected void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  protected void write(Location file, String text) {
    if (file instanceof Location.InModels) {
      engine()
          .ensureVolume(
              PROJECT,
              new Volume(
                  new Metadata("naru-models", Optional.empty(), Map.of(), Map.of()),
                  new Volume.Spec(Bytes.ofMebibytes(64), Volume.Access.ReadWriteMany)));
    }
    engine();
    ask(volume(file), "write " + path(file) + " " + Eye.encode(text));
  }

  @Override
  protected Optional<String> read(Location file) {
    engine();
    if (!thereIs(volume(file))) {
      return Optional.empty();
    }
    String answer = ask(volume(file), "read " + path(file));
    return answer.equals("-") ? Optional.empty() : Optional.of(Eye.decode(answer));
  }

  private String ask(String volume, String line) {
    if (engine() instanceof KubernetesEngine kubernetes) {
      // That makes the pod beside it.
      until(
          "volume " + volume + " is reached",
          () -> kubernetes.volumeHindrance(PROJECT, volume, true).isEmpty());
    }
    return ground.eyes().ask(volume, line);
  }

  private static String volume(Location location) {
    return switch (location) {
      case Location.InVolume l -> l.volume();
      case Location.InModels _ -> "naru-models";
    };
  }

  private static String path(Location location) {
    String inside = location instanceof Location.InModels ? "models/" : "";
    return Eye.encode("/naru/out/" + volume(location) + "/" + inside + location.path());
  }

  private boolean thereIs(String volume) {
    PersistentVolumeClaim claim =
        client.persistentVolumeClaims().inNamespace(PROJECT).withName(volume + "-volume").get();
    return claim != null && claim.getMetadata().getDeletionTimestamp() == null;
  }

  /** On the node itself where its kubelet is on this machine; else as its container sees it. */
  @Override
  protected boolean hasTemporary(GroupId group, Member member, String path) {
    Pod pod = client.pods().inNamespace(PROJECT).withName(replica(group, member).handle()).get();
    String place = "pods/" + pod.getMetadata().getUid() + "/volumes/kubernetes.io~empty-dir/tmp";
    List<Path> kubelets = TestGround.kubelets();
    return kubelets.isEmpty()
        ? pod.getStatus().getPhase().equals("Running") && sees(pod, path + "/left")
        : kubelets.stream().anyMatch(k -> Files.exists(k.resolve(place).resolve("left")));
  }

  private boolean sees(Pod pod, String path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch exec =
        client
            .pods()
            .resource(pod)
            .inContainer("main")
            .writingOutput(out)
            .exec("/jre/bin/java", "-cp", "/app/app.jar", Puppet.class.getName(), "sees:" + path)) {
      exec.exitCode().join();
      return out.toString(StandardCharsets.UTF_8).strip().equals("sees=true");
    }
  }

  @Override
  protected boolean answers(String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      InetAddress host = InetAddress.ofLiteral(address.substring(0, colon));
      socket.connect(
          new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), 2000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .equals("puppet\n");
    } catch (IOException e) {
      return false;
    }
  }

  /** The namespace is empty then, but for the volumes, in which nothing is. */
  @Override
  public void close() {
    for (GroupId group : engine().groups()) {
      engine().remove(group, Duration.ZERO);
    }
    until("all groups are gone", () -> engine().groups().isEmpty());
    client.batch().v1().jobs().inNamespace(PROJECT).withLabel(Labels.RUN).delete();
    client.pods().inNamespace(PROJECT).withLabel(Labels.RUN).withGracePeriod(0).delete();
    secrets.forEach(s -> client.secrets().inNamespace(PROJECT).withName(s).delete());
    try {
      until("nothing is left", () -> left().findAny().isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + left().toList(), e);
    }
    for (String volume : List.of(VOLUME, "naru-models")) {
      if (thereIs(volume)) {
        ask(volume, "wipe " + Eye.encode("/naru/out/" + volume));
      }
    }
    super.close();
  }

  private Stream<?> left() {
    return Stream.of(
            client.batch().v1().jobs().inNamespace(PROJECT).withLabel(Labels.RUN).list(),
            client.pods().inNamespace(PROJECT).withLabel(Labels.RUN).list(),
            client.services().inNamespace(PROJECT).withLabel(Labels.RUN).list(),
            // They outlive their Service by a moment, with addresses that its next would have.
            client.discovery().v1().endpointSlices().inNamespace(PROJECT).list())
        .flatMap(l -> l.getItems().stream());
  }
}
