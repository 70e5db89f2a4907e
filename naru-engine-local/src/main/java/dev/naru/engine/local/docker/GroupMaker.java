package dev.naru.engine.local.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the containers of a group, with all that they need; starts none. */
final class GroupMaker {
  private static final String GATEWAY_FILES = "/naru/gateway";

  /** The gateway's place in its own network: the first behind the host's. */
  private static final int GATEWAY_ADDRESS = 2;

  /** Replicas of one Inference that find room on its network, with its gateway. */
  private static final int SERVICE_MEMBERS = 120;

  /** The same where they have links of their own: half a block is for their relay. */
  static final int LINKED_MEMBERS = 60;

  private final HomeId home;
  private final Names names;
  private final Recipe recipe;
  private final DockerImages images;
  private final Containers containers;
  private final Networks networks;
  private final Relays relays;
  private final DockerVolumes volumes;
  private final DockerSecrets secrets;
  private final Entrypoints entrypoints;

  GroupMaker(
      Api api,
      HomeId home,
      Recipe recipe,
      DockerImages images,
      Containers containers,
      Networks networks,
      Relays relays,
      DockerVolumes volumes,
      DockerSecrets secrets) {
    this.secrets = secrets;
    this.home = home;
    this.names = new Names(home.id());
    this.recipe = recipe;
    this.images = images;
    this.containers = containers;
    this.networks = networks;
    this.relays = relays;
    this.volumes = volumes;
    this.entrypoints = new Entrypoints(api);
  }

  /** What all members of a group share. */
  private record Shared(
      String image,
      List<String> command,
      Places places,
      SortedMap<String, String> dirs,
      Optional<String> network,
      Optional<String> address,
      Relays.Way way) {
    /** The network that a container is made on; it joins the ways of its links later. */
    Optional<String> first() {
      return network.or(() -> way.networks().stream().findFirst());
    }

    List<String> later() {
      return way.networks().stream().filter(n -> !first().equals(Optional.of(n))).toList();
    }
  }

  /** Makes these members' containers. */
  void make(Group group, List<Member> members) {
    Shared shared = share(group);
    // What is made may be started by anybody from then on, so all it needs is there before.
    prepare(group, shared.places());
    relays.ensure(group);
    for (Member member : members) {
      container(group, member, shared);
    }
  }

  private Shared share(Group group) {
    Program program = group.template().program();
    String image = images.imageIdFor(program);
    Entrypoints.Start start = entrypoints.start(image);
    Places places = new Places(names);
    SortedMap<String, String> dirs = new TreeMap<>();
    for (Dir dir : group.template().dirs()) {
      dirs.put(dir.env(), places.add(dir));
    }
    if (!group.template().secrets().isEmpty()) {
      dirs.put(Template.SECRETS_DIR, DockerSecrets.FOLDER);
    }
    Optional<String> network = network(group);
    Optional<String> address =
        program instanceof Program.Gateway ? Optional.of(gatewayAddress()) : Optional.empty();
    List<String> command = command(group, start, places, address);
    Relays.Way way = relays.way(group, size(group));
    return new Shared(image, command, places, dirs, network, address, way);
  }

  /** Members that there can be at a time. */
  private static int size(Group group) {
    return group.kind() == GroupKind.SERVICE ? LINKED_MEMBERS : group.template().worldSize();
  }

  /** The whole command, where it is not the image's entrypoint with arguments. */
  private List<String> command(
      Group group, Entrypoints.Start start, Places places, Optional<String> address) {
    List<String> entrypoint = start.entrypoint();
    List<String> words = new ArrayList<>(entrypoint);
    switch (group.template().program()) {
      case Program.OfImage p when p.runtime().java().isPresent() && !entrypoint.isEmpty() -> {
        return Recipe.java(entrypoint, group.template().resources(), p.command());
      }
      case Program.OfImage p ->
          words.addAll(p.command().isEmpty() ? start.arguments() : p.command());
      case Program.ModelServer p ->
          words.addAll(
              images.modelServer(
                  p,
                  places.add(p.model(), false),
                  group.template().port().orElseThrow(),
                  group.template().resources()));
      case Program.Gateway p ->
          words.addAll(
              images.gateway(
                  p, GATEWAY_FILES, address.orElseThrow(), group.template().resources()));
    }
    if (words.isEmpty()) {
      throw new NaruException(
          NaruException.Code.INVALID,
          "cannot start " + group.id() + ": its image has no entrypoint and it has no command");
    }
    return words;
  }

  /** The network that a group's declared links need; empty where it needs none. */
  private Optional<String> network(Group group) {
    String ref = group.id().kind().name().toLowerCase(java.util.Locale.ROOT) + "/";
    String self = ref + group.id().workload();
    if (group.template().program() instanceof Program.Gateway) {
      networks.ensure(
          names.gatewayNetwork(), Tags.role(Tags.Role.GATEWAY), 28, Networks.Shape.PLAIN);
      return Optional.of(names.gatewayNetwork());
    }
    if (group.kind() == GroupKind.GANG
        && group.links().stream().anyMatch(l -> l.from().equals(self) && l.to().equals(self))) {
      String name = names.gang(group.id());
      networks.ensure(
          name,
          Tags.role(Tags.Role.GANG, group.id().project()),
          Subnets.bitsFor(group.template().worldSize()),
          Networks.Shape.INTERNAL);
      return Optional.of(name);
    }
    if (group.kind() == GroupKind.SERVICE && group.template().port().isPresent()) {
      String name = names.service(group.id());
      networks.ensure(
          name,
          Tags.role(Tags.Role.SERVICE, group.id().project()),
          Subnets.bitsFor(SERVICE_MEMBERS),
          Networks.Shape.INTERNAL);
      return Optional.of(name);
    }
    return Optional.empty();
  }

  private String gatewayAddress() {
    return Subnets.parse(
            networks
                .find(names.gatewayNetwork())
                .orElseThrow()
                .getIpam()
                .getConfig()
                .getFirst()
                .getSubnet())
        .address(GATEWAY_ADDRESS);
  }

  private String container(Group group, Member member, Shared shared) {
    String name = names.member(group.id(), member);
    List<com.github.dockerjava.api.model.Mount> mounts = new ArrayList<>(shared.places().mounts());
    boolean gateway = group.template().program() instanceof Program.Gateway;
    if (!group.template().secrets().isEmpty()) {
      mounts.add(secrets.mount(group.id()));
    }
    if (gateway) {
      mounts.add(DockerVolumes.mount(names.gatewayFiles(), GATEWAY_FILES, false));
    }
    HostConfig host = recipe.host(group, mounts);
    if (group.template().program() instanceof Program.Gateway g) {
      Recipe.publish(host, g).withNetworkMode(shared.network().orElseThrow());
    } else {
      shared.first().ifPresent(n -> Recipe.on(host, n));
      if (!shared.way().hosts().isEmpty()) {
        host.withExtraHosts(shared.way().hosts().toArray(String[]::new));
      }
    }
    return containers.make(
        name,
        client -> {
          CreateContainerCmd cmd =
              Recipe.create(
                      client,
                      shared.image(),
                      name,
                      home.sign(name, Tags.member(group, member, shared.later())))
                  .withEntrypoint(shared.command())
                  .withCmd(List.of())
                  .withEnv(Recipe.env(group, member, shared.dirs()))
                  .withStopTimeout((int) Math.max(1, group.template().grace().toSeconds()))
                  .withHostConfig(host);
          if (shared.network().isPresent() && !gateway) {
            cmd.withAliases(aliases(group, member));
          }
          if (gateway) {
            Program.Gateway g = (Program.Gateway) group.template().program();
            cmd.withExposedPorts(
                com.github.dockerjava.api.model.ExposedPort.tcp(g.port()),
                com.github.dockerjava.api.model.ExposedPort.tcp(g.adminPort()));
            shared.address().ifPresent(cmd::withIpv4Address);
          }
          return cmd.exec().getId();
        });
  }

  private static List<String> aliases(Group group, Member member) {
    String own = Names.alias(group.id(), member.index());
    return group.kind() == GroupKind.SERVICE
        ? List.of(own, group.id().workload() + Links.INFERENCE)
        : List.of(own);
  }

  /** Makes the directories that members write in, and hands over what is secret. */
  private void prepare(Group group, Places places) {
    for (String volume : places.volumes()) {
      if (volume.equals(names.models(group.id().project()))) {
        volumes.ensure(volume, Tags.role(Tags.Role.MODELS, group.id().project()));
      } else {
        volumes.require(volume);
      }
    }
    places
        .wanted()
        .forEach((volume, paths) -> volumes.unpack(volume, archive(Places.folders(paths))));
    if (group.template().program() instanceof Program.Gateway) {
      volumes.ensure(names.gatewayFiles(), Tags.role(Tags.Role.GATEWAY_FILES));
      List<Tar.Entry> files = new ArrayList<>();
      images.gatewayFiles().forEach((name, bytes) -> files.add(Tar.secret(name, bytes)));
      volumes.unpack(names.gatewayFiles(), archive(files));
    }
  }

  private static ByteArrayInputStream archive(List<Tar.Entry> entries) {
    return new ByteArrayInputStream(Tar.of(entries));
  }
}
