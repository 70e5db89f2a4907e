package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Links;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The declared links of workloads. For each host that a workload may dial there is an internal,
 * host-less network that its members and its relay are on; the relay alone is on a network of what
 * is dialled. So a link leads one way, to one port, by one protocol.
 */
final class Relays {
  /**
   * The relay's place in each of a workload's networks; members get addresses of the upper half.
   */
  private static final int RELAY_ADDRESS = 2;

  /** Workloads with links to the outside, of one project. */
  private static final int OUTSIDE_BITS = 24;

  private static final List<String> OPTIONS =
      List.of(
          "-Xmx32m",
          "-Xshare:auto",
          // A replica that was replaced has another address.
          "-Dsun.net.inetaddr.ttl=1",
          "-Dsun.net.inetaddr.negative.ttl=0");

  private static final Resources RESOURCES = new Resources(new Cpu(100), Bytes.ofMebibytes(96));

  private final HomeId home;
  private final Names names;
  private final Recipe recipe;
  private final DockerImages images;
  private final Containers containers;
  private final Networks networks;
  private final Helpers helpers;

  /** What files declare by now, by project; what a group was made with counts until it is known. */
  private final Map<String, List<Link>> declared = new ConcurrentHashMap<>();

  Relays(
      HomeId home,
      Recipe recipe,
      DockerImages images,
      Helpers helpers,
      Containers containers,
      Networks networks) {
    this.home = home;
    this.names = new Names(home.id());
    this.recipe = recipe;
    this.images = images;
    this.containers = containers;
    this.networks = networks;
    this.helpers = helpers;
  }

  /**
   * What a group's members need for its links.
   *
   * @param networks names of the networks that each is on, beside the group's own
   * @param hosts where the hosts are that it dials, as {@code host:address}
   */
  record Way(List<String> networks, List<String> hosts) {}

  /** The networks of a group's links, made where they are absent. */
  Way way(Group group, int members) {
    List<String> joined = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    for (String host : hosts(group.links())) {
      String name = names.link(group.id().project(), ref(group.id()), host);
      networks.ensure(
          name,
          Tags.link(group.id().project(), ref(group.id())),
          Subnets.bitsForHalf(members),
          Networks.Shape.LINK);
      joined.add(name);
      hosts.add(host + ":" + address(name));
    }
    return new Way(joined, hosts);
  }

  private static Set<String> hosts(List<Link> links) {
    Set<String> hosts = new LinkedHashSet<>();
    links.stream().filter(Link::egress).forEach(l -> hosts.add(l.host()));
    return hosts;
  }

  private String address(String network) {
    return networks.block(network).orElseThrow().address(RELAY_ADDRESS);
  }

  static String ref(GroupId id) {
    return id.kind().lower() + "/" + id.workload();
  }

  /** Sees to it that a group's links work before its members do. */
  synchronized void ensure(Group group) {
    String ref = ref(group.id());
    String project = group.id().project();
    relay(project, ref, links(project, ref, group.links()));
  }

  private List<Link> links(String project, String ref, List<Link> otherwise) {
    return declared.getOrDefault(project, otherwise).stream()
        .filter(l -> l.egress() && l.from().equals(ref))
        .distinct()
        .toList();
  }

  /**
   * See {@link dev.naru.core.engine.Engine#links}: what is no longer declared is cut at once.
   *
   * @return whether anything is declared otherwise than before
   */
  synchronized boolean declare(String project, List<Link> links) {
    if (links.equals(declared.put(project, List.copyOf(links)))) {
      return false;
    }
    for (Containers.Known relay : containers.all()) {
      if (relay.is(Tags.Role.RELAY) && project.equals(relay.labels().get(Tags.PROJECT))) {
        String ref = relay.labels().getOrDefault(Tags.SOURCE, "");
        relay(project, ref, links(project, ref, List.of()));
      }
    }
    return true;
  }

  /** Makes a relay be there with exactly those links whose networks are. */
  private void relay(String project, String ref, List<Link> links) {
    String name = names.relay(project, ref);
    SortedMap<String, List<Link>> ways = new TreeMap<>();
    for (Link link : links) {
      String network = names.link(project, ref, link.host());
      if (networks.find(network).isPresent()) {
        ways.computeIfAbsent(network, _ -> new ArrayList<>()).add(link);
      }
    }
    String key = TreeDigest.ofText(ways.toString()).substring(7, 23);
    Optional<Containers.Known> there =
        containers.all().stream().filter(c -> c.name().equals(name)).findFirst();
    if (there.isPresent()
        && key.equals(there.get().labels().get(Tags.ROUTES))
        && there.get().runs()) {
      return;
    }
    there.ifPresent(c -> containers.remove(c.id()));
    if (!ways.isEmpty()) {
      start(name, project, ref, key, ways);
    }
  }

  private void start(
      String name, String project, String ref, String key, SortedMap<String, List<Link>> ways) {
    Map<String, String> fixed = new LinkedHashMap<>();
    List<String> words = new ArrayList<>();
    ways.forEach((network, links) -> {
      fixed.put(network, address(network));
      for (Link link : links) {
        words.addAll(List.of(address(network), link.ports(), link.host()));
      }
    });
    Set<String> targets = new LinkedHashSet<>();
    ways.values().forEach(links -> links.forEach(l -> targets.add(target(project, l))));
    Map<String, String> labels = Tags.relay(project, ref, key, targets);
    String first = fixed.keySet().iterator().next();
    String image = images.ownImageId();
    HostConfig host =
        Recipe.on(recipe.host(RESOURCES, List.of()), first)
            .withRestartPolicy(RestartPolicy.alwaysRestart());
    if (targets.contains(names.outside(project))) {
      host.withDns(List.of());
    }
    String id =
        containers.make(
            name,
            client ->
                Recipe.create(client, image, name, home.sign(name, labels))
                    .withEntrypoint(helpers.command(image, OPTIONS, RelayMain.class, words))
                    .withCmd(List.of())
                    .withHostConfig(host)
                    .withIpv4Address(fixed.get(first))
                    .exec()
                    .getId());
    fixed.forEach((network, address) -> {
      if (!network.equals(first)) {
        networks.join(network, id, Optional.of(address));
      }
    });
    targets.forEach(t -> networks.find(t).ifPresent(n -> networks.join(n.getId(), id)));
    containers.start(id);
  }

  /** The network that a relay reaches the far end of a link on. */
  private String target(String project, Link link) {
    if (!link.inside()) {
      networks.ensure(
          names.outside(project),
          Tags.role(Tags.Role.OUTSIDE, project),
          OUTSIDE_BITS,
          Networks.Shape.OUTSIDE);
      return names.outside(project);
    }
    String workload = link.host().substring(0, link.host().length() - Links.INFERENCE.length());
    return names.service(project, workload);
  }

  /** Puts relays on the networks of Inferences that came after them. */
  void join(List<Containers.Known> all) {
    List<Containers.Known> relays =
        all.stream().filter(c -> c.is(Tags.Role.RELAY) && c.runs()).toList();
    if (relays.isEmpty()) {
      return;
    }
    for (Network network : networks.own()) {
      for (Containers.Known relay : relays) {
        if (Tags.targets(relay.labels()).contains(network.getName())
            && !networks.holds(network, relay.id())) {
          networks.join(network.getId(), relay.id());
        }
      }
    }
  }

  /** All that is left of a workload's links, when its last group goes. */
  synchronized void remove(GroupId id) {
    containers.all().stream()
        .filter(c -> c.name().equals(names.relay(id.project(), ref(id))))
        .forEach(c -> containers.remove(c.id()));
    List<Network> own = networks.own();
    own.stream()
        .filter(n ->
            Tags.link(id.project(), ref(id)).entrySet().stream()
                .allMatch(e -> e.getValue().equals(Networks.labels(n).get(e.getKey()))))
        .forEach(n -> networks.remove(n.getName(), List.of()));
    boolean others =
        containers.all().stream()
            .anyMatch(c ->
                c.is(Tags.Role.RELAY)
                    && Tags.targets(c.labels()).contains(names.outside(id.project())));
    if (!others) {
      networks.remove(names.outside(id.project()), List.of());
    }
  }
}
