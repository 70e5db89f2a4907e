package dev.naru.engine.local.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.testkit.engine.Ability;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.PuppetJar;
import dev.naru.engine.local.TestSecrets;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resources;
import dev.naru.spec.Volume;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The contract's bench on a real Docker Engine. */
final class DockerBench extends EngineBench {
  private final Path folder;
  private final Path home;
  private final Api api;
  private final HomeId id;
  private final Names names;
  private final TestImages images;
  private final DockerVolumes volumes;
  private final Containers containers;
  private final DockerSettings settings;
  private final TestSecrets secrets = new TestSecrets();

  /**
   * @param folder empty; holds the home and the image's source
   */
  DockerBench(Path folder) throws IOException {
    this(folder, TestEngine.address());
  }

  /** The same whose engine is reached at another address. */
  DockerBench(Path folder, String host) throws IOException {
    this.folder = folder.toRealPath();
    this.home = this.folder.resolve("home");
    this.api = new Api(TestEngine.address(), Duration.ofSeconds(20));
    this.id = HomeId.of(home);
    this.names = new Names(id.id());
    this.images = new TestImages(api, home.resolve("images"));
    this.volumes = new DockerVolumes(api, id, images);
    this.containers = new Containers(api, id);
    this.settings =
        new DockerSettings(
            home,
            host,
            images,
            Clock.systemUTC(),
            "10.213.0.0/16",
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            256,
            secrets);
    PuppetJar.write(this.folder.resolve("puppet.jar"), "1");
  }

  DockerSettings settings() {
    return settings;
  }

  Api api() {
    return api;
  }

  HomeId id() {
    return id;
  }

  Names names() {
    return names;
  }

  Containers containers() {
    return containers;
  }

  /** Id of a member's container. */
  String container(GroupId group, Member member) {
    String name = names.member(group, member);
    return containers.of(group).stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow()
        .id();
  }

  /** Uses an image that starts otherwise from now on. */
  void replaceImage(List<String> entrypoint) {
    replaceImage(entrypoint, "amd64");
  }

  /** The same, said to be for that architecture. */
  void replaceImage(List<String> entrypoint, String architecture) {
    images.replace(entrypoint, architecture);
  }

  /** The name of the image that a group's first member is made of. */
  String imageOf(Group group) {
    String id = container(group.id(), new Member(0, 0));
    return api.call(
        "look",
        client -> {
          String image = Objects.requireNonNull(client.inspectContainerCmd(id).exec().getImageId());
          return Objects.requireNonNull(client.inspectImageCmd(image).exec().getRepoTags())
              .getFirst();
        });
  }

  String ownImage() {
    return images.ownImageId();
  }

  void ensureVolume(String volume) {
    engine()
        .ensureVolume(
            PROJECT,
            new Volume(
                new Metadata(volume, Optional.empty(), Map.of(), Map.of()),
                new Volume.Spec(Bytes.ofMebibytes(64), Volume.Access.ReadWriteMany)));
  }

  /** A container's address on a network. */
  String addressOn(Group group, String network) {
    String container = container(group.id(), new Member(0, 0));
    ContainerNetwork place =
        api.call("look", client -> client.inspectContainerCmd(container).exec())
            .getNetworkSettings()
            .getNetworks()
            .get(network);
    return Objects.requireNonNull(Objects.requireNonNull(place).getIpAddress());
  }

  /** What is answered at an address of this machine; empty for nothing. */
  static String fromHost(String host, int port) {
    return talk(host, port, "");
  }

  /** What the puppet gateway passes on from an address. */
  static String ask(int port, String address) {
    return talk("127.0.0.1", port, address + "\n");
  }

  private static String talk(String host, int port, String words) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  protected Engine open() {
    return new DockerEngine(settings);
  }

  @Override
  protected Image puppet() {
    return new Image(
        new Metadata("puppet", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), "puppet.jar"));
  }

  @Override
  protected String lacks(Ability ability) {
    return switch (ability) {
      case ORDER_OF_STREAMS ->
          "the two streams of a container are two pipes: lines of one moment may change places";
      case CONNECTIONS,
          HIDDEN_VALUES,
          DENIED_LINKS,
          READ_ONLY_INPUTS,
          OWN_FILES,
          LINKED_FILES,
          NAMED_SHARDS,
          LONE_ENDS,
          ENDED_REPLICAS,
          PROMPT_ENDS ->
          "";
    };
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Override
  protected void changePuppet() {
    try {
      PuppetJar.write(folder.resolve("puppet.jar"), "2");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    engine();
    String volume = Places.volume(names, file);
    if (file instanceof Location.InModels) {
      volumes.ensure(volume, Tags.role(Tags.Role.MODELS, PROJECT));
    }
    List<Tar.Entry> entries = new ArrayList<>();
    int slash = file.path().lastIndexOf('/');
    if (slash > 0) {
      entries.addAll(Places.folders(List.of(file.path().substring(0, slash))));
    }
    entries.add(
        new Tar.Entry(file.path(), 0644, Optional.of(text.getBytes(StandardCharsets.UTF_8))));
    volumes.unpack(volume, new ByteArrayInputStream(Tar.of(entries)));
  }

  @Override
  protected Optional<String> read(Location file) {
    String volume = Places.volume(names, file);
    boolean there =
        api.call(
            "look for volume " + volume,
            client -> {
              try {
                return client.inspectVolumeCmd(volume).exec() != null;
              } catch (NotFoundException e) {
                return false;
              }
            });
    return there
        ? volumes.through(volume, hatch -> read(hatch, DockerVolumes.HATCH + "/" + file.path()))
        : Optional.empty();
  }

  private Optional<String> read(String hatch, String path) {
    return api.call(
        "read " + path,
        client -> {
          try (InputStream in = client.copyArchiveFromContainerCmd(hatch, path).exec();
              TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            tar.getNextEntry();
            return Optional.of(new String(tar.readAllBytes(), StandardCharsets.UTF_8));
          } catch (NotFoundException e) {
            return Optional.empty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  protected boolean hasTemporary(GroupId group, Member member, String path) {
    String container = container(group, member);
    long pid =
        api.call(
            "look at " + container,
            client ->
                Objects.requireNonNullElse(
                    client.inspectContainerCmd(container).exec().getState().getPidLong(), 0L));
    return pid > 0 && Files.exists(Path.of("/proc/" + pid + "/root" + path, "left"));
  }

  /** Replicas are reached from their own network alone: what the gateway is on too. */
  @Override
  protected void setSecret(String name, String value) {
    secrets.set(PROJECT, name, value);
  }

  @Override
  protected boolean answers(String address) {
    String host = address.substring(0, address.lastIndexOf(':'));
    Networks networks = new Networks(api, id, Subnets.parse("10.213.0.0/16"));
    Network network =
        networks.own().stream()
            .filter(n -> {
              Subnets block = Subnets.parse(n.getIpam().getConfig().getFirst().getSubnet());
              return !block.free(32, List.of()).isEmpty()
                  && java.util.stream.IntStream.range(0, 1 << (32 - block.bits()))
                      .anyMatch(i -> block.address(i).equals(host));
            })
            .findFirst()
            .orElseThrow();
    return dial(network.getName(), address).equals("puppet");
  }

  /** What is answered at an address, as seen from a network. */
  String dial(String network, String address) {
    String name = "naru_" + id.id() + "_dial_" + System.nanoTime();
    Program.OfImage puppet =
        new Program.OfImage(kept(), puppet().spec().runsOn(), List.of("dial:" + address));
    String image = images.imageIdFor(puppet);
    String container =
        containers.make(
            name,
            client ->
                Recipe.create(client, image, name, id.sign(name, Tags.role(Tags.Role.HATCH)))
                    .withCmd("dial:" + address)
                    .withHostConfig(
                        Recipe.on(
                            new Recipe(256)
                                .host(
                                    new Resources(new Cpu(1000), Bytes.ofMebibytes(96)), List.of()),
                            network))
                    .exec()
                    .getId());
    try {
      containers.start(container);
      List<String> lines = new ArrayList<>();
      new DockerLogs(api).read(container, -1, true, false, lines::add);
      return lines.stream()
          .filter(l -> l.startsWith("answer="))
          .findFirst()
          .orElse("answer=" + lines)
          .substring("answer=".length());
    } finally {
      containers.remove(container);
    }
  }

  /** The address that the machine has on a network, where it has one: the first. */
  String machineOn(String network) {
    return Subnets.parse(
            api.call("look", client -> client.inspectNetworkCmd().withNetworkId(network).exec())
                .getIpam()
                .getConfig()
                .getFirst()
                .getSubnet())
        .address(1);
  }

  /** A puppet that listens on all addresses of the machine itself; its id. */
  String listenOnTheMachine(int port) {
    String name = "naru_" + id.id() + "_machine";
    Program.OfImage puppet =
        new Program.OfImage(kept(), puppet().spec().runsOn(), List.of("listen:0.0.0.0"));
    String image = images.imageIdFor(puppet);
    String container =
        containers.make(
            name,
            client ->
                Recipe.create(client, image, name, id.sign(name, Tags.role(Tags.Role.HATCH)))
                    .withCmd("listen:0.0.0.0", "forever")
                    .withEnv("NARU_PORT=" + port)
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("host"))
                    .exec()
                    .getId());
    containers.start(container);
    return container;
  }

  @Override
  protected String listen() {
    return "listen:0.0.0.0";
  }

  @Override
  public void close() {
    for (GroupId group : engine().groups()) {
      engine().remove(group, Duration.ZERO);
    }
    until("all groups are gone", () -> engine().groups().isEmpty());
    for (String volume : engine().volumes(PROJECT)) {
      engine().removeVolume(PROJECT, volume);
    }
    engine().removeModels(PROJECT);
    volumes.remove(names.gatewayFiles());
    new Networks(api, id, Subnets.parse("10.213.0.0/16")).remove(names.gatewayNetwork(), List.of());
    super.close();
    api.close();
  }
}
