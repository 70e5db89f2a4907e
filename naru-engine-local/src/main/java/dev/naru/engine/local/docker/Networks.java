package dev.naru.engine.local.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import dev.naru.core.NaruException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The networks of this home: internal and without an address of the host, so that those on one of
 * them reach each other and nothing else; the gateway's alone is a plain bridge, from which ports
 * are published.
 */
final class Networks {
  /** With one network less than the tries, somebody else keeps taking the same block. */
  private static final int TRIES = 20;

  private final Api api;
  private final HomeId home;
  private final Subnets range;

  Networks(Api api, HomeId home, Subnets range) {
    this.api = api;
    this.home = home;
    this.range = range;
  }

  /** What a network is like. */
  enum Shape {
    /** Nobody on it reaches anything else, the machine not excepted. */
    INTERNAL,
    /** The same, with the lower half of its addresses given by hand. */
    LINK,
    /** A plain bridge. */
    PLAIN,
    /** A plain bridge whose members do not reach each other. */
    OUTSIDE
  }

  /** The id of a network, made where it is absent. */
  synchronized String ensure(String name, Map<String, String> labels, int bits, Shape shape) {
    Optional<Network> there = find(name);
    if (there.isPresent()) {
      return there.get().getId();
    }
    List<Subnets> taken = taken();
    for (int i = 0; i < TRIES; i++) {
      Subnets block =
          range
              .free(bits, taken)
              .orElseThrow(() ->
                  new NaruException(
                      NaruException.Code.CONFLICT,
                      "cannot make network "
                          + name
                          + ": no block of addresses is free in "
                          + range
                          + "; remove unused networks, or set NARU_DOCKER_SUBNETS"));
      try {
        return create(name, labels, block, shape);
      } catch (NaruException e) {
        if (!String.valueOf(e.getMessage()).contains("overlaps")) {
          throw e;
        }
        taken.add(block);
      }
    }
    throw new NaruException(
        NaruException.Code.CONFLICT, "cannot make network " + name + ": every block is taken");
  }

  private String create(String name, Map<String, String> labels, Subnets block, Shape shape) {
    Map<String, String> options =
        switch (shape) {
          case INTERNAL, LINK -> Map.of("com.docker.network.bridge.inhibit_ipv4", "true");
          case PLAIN -> Map.of();
          case OUTSIDE -> Map.of("com.docker.network.bridge.enable_icc", "false");
        };
    boolean internal = shape == Shape.INTERNAL || shape == Shape.LINK;
    Network.Ipam.Config config = new Network.Ipam.Config().withSubnet(block.toString());
    if (shape == Shape.LINK) {
      config.withIpRange(block.upperHalf().toString());
    }
    return api.call(
        "make network " + name,
        client -> {
          try {
            return client
                .createNetworkCmd()
                .withName(name)
                .withCheckDuplicate(true)
                .withDriver("bridge")
                .withInternal(internal)
                .withOptions(options)
                .withLabels(home.sign(name, labels))
                .withIpam(new Network.Ipam().withConfig(config))
                .exec()
                .getId();
          } catch (ConflictException e) {
            return find(name).orElseThrow(() -> foreign(name, e)).getId();
          }
        });
  }

  private static NaruException foreign(String name, ConflictException e) {
    return new NaruException(
        NaruException.Code.CONFLICT,
        "cannot make network "
            + name
            + ": there is one of that name which this home did not make; rename or remove it",
        e);
  }

  private List<Subnets> taken() {
    List<Subnets> taken = new ArrayList<>(api.isLocal() ? ofThisMachine() : List.of());
    for (Network network : all(Map.of())) {
      Network.Ipam ipam = network.getIpam();
      if (ipam != null && ipam.getConfig() != null) {
        for (Network.Ipam.Config config : ipam.getConfig()) {
          if (config.getSubnet() != null && !config.getSubnet().contains(":")) {
            taken.add(Subnets.parse(config.getSubnet()));
          }
        }
      }
    }
    return taken;
  }

  /** Another engine of this machine knows nothing of ours, nor ours of it. */
  private static List<Subnets> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(i -> i.getInterfaceAddresses().stream())
          .flatMap(a ->
              a.getAddress() instanceof Inet4Address four
                  ? Stream.of(Subnets.around(four, a.getNetworkPrefixLength()))
                  : Stream.empty())
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  /** A network of this home by its name. */
  Optional<Network> find(String name) {
    return own().stream().filter(n -> n.getName().equals(name)).findFirst();
  }

  /** The addresses of a network of this home. */
  Optional<Subnets> block(String name) {
    return find(name).map(n -> Subnets.parse(n.getIpam().getConfig().getFirst().getSubnet()));
  }

  /** All networks of this home. */
  List<Network> own() {
    return all(Map.of("label", List.of(Tags.HOME + "=" + home.id()))).stream()
        .filter(n -> home.owns(n.getName(), labels(n)))
        .toList();
  }

  static Map<String, String> labels(Network network) {
    return network.getLabels() == null ? Map.of() : network.getLabels();
  }

  private List<Network> all(Map<String, List<String>> filters) {
    return api.call(
        "list the networks",
        client -> {
          var list = client.listNetworksCmd();
          filters.forEach(list::withFilter);
          return list.exec();
        });
  }

  /** Whether a running container is on a network. */
  boolean holds(Network network, String container) {
    return api.call(
        "look at a network",
        client -> {
          try {
            var there = client.inspectNetworkCmd().withNetworkId(network.getId()).exec();
            return there.getContainers() != null && there.getContainers().containsKey(container);
          } catch (NotFoundException e) {
            // Gone by now: nothing to join.
            return true;
          }
        });
  }

  /** Joins a container to a network; it may be joined already. */
  void join(String network, String container) {
    join(network, container, Optional.empty());
  }

  /** The same with that address. */
  void join(String network, String container, Optional<String> address) {
    ContainerNetwork place = new ContainerNetwork();
    address.ifPresent(a -> place.withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(a)));
    api.run(
        "join a network",
        client -> {
          try {
            client
                .connectToNetworkCmd()
                .withNetworkId(network)
                .withContainerId(container)
                .withContainerNetwork(place)
                .exec();
          } catch (DockerException e) {
            if (!Api.words(e).contains("already exists") && !leaves(e)) {
              throw e;
            }
          }
        });
  }

  /** One that is being removed needs no network any more. */
  private static boolean leaves(DockerException e) {
    return e.getHttpStatus() == 404 || Api.words(e).contains("marked for removal");
  }

  private static void leave(DockerClient client, String network, String container) {
    try {
      client
          .disconnectFromNetworkCmd()
          .withNetworkId(network)
          .withContainerId(container)
          .withForce(true)
          .exec();
    } catch (DockerException e) {
      if (e.getHttpStatus() != 404 && !Api.words(e).contains("is not connected")) {
        throw e;
      }
    }
  }

  /**
   * Removes a network of this home where nobody but these is on it any more.
   *
   * @param guests ids of containers that may be on it: the gateway's, relays'
   */
  synchronized void remove(String name, List<String> guests) {
    Optional<Network> there = find(name);
    if (there.isEmpty()) {
      return;
    }
    String id = there.get().getId();
    api.run(
        "remove network " + name,
        client -> {
          guests.forEach(guest -> leave(client, id, guest));
          try {
            client.removeNetworkCmd(id).exec();
          } catch (NotFoundException e) {
            return;
          }
        });
  }
}
