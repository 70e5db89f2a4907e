package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.ContainerNetwork;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Isolation.State;
import dev.naru.core.engine.Link;
import dev.naru.engine.local.ProbeMain;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tries whether this engine keeps networks apart, by containers of Naru's own image: a listener
 * answers on its own network (the control), and must not from another one of the same kind.
 */
final class LinkProbe {
  private static final int PORT = 7777;
  private static final Resources RESOURCES = new Resources(new Cpu(100), Bytes.ofMebibytes(64));

  private final Api api;
  private final Names names;
  private final Recipe recipe;
  private final Containers containers;
  private final Networks networks;
  private final DockerLogs logs;
  private final Helpers helpers;
  private final Map<String, Isolation> found = new ConcurrentHashMap<>();

  LinkProbe(
      Api api,
      HomeId home,
      Recipe recipe,
      Helpers helpers,
      Containers containers,
      Networks networks,
      DockerLogs logs) {
    this.api = api;
    this.names = new Names(home.id());
    this.recipe = recipe;
    this.containers = containers;
    this.networks = networks;
    this.logs = logs;
    this.helpers = helpers;
  }

  Isolation of(String project) {
    return found.getOrDefault(project, new Isolation(State.UNKNOWN, "not tried yet"));
  }

  /** Tries in the background; what came of it is told by {@link #of}. */
  void begin(String project, List<Link> links) {
    found.put(project, new Isolation(State.UNKNOWN, "being tried"));
    Thread.startVirtualThread(() -> {
      Isolation tried;
      try {
        tried = tried(project, links);
      } catch (NaruException e) {
        tried = new Isolation(State.UNKNOWN, "cannot be tried: " + e.getMessage());
      }
      found.put(project, tried);
    });
  }

  private synchronized Isolation tried(String project, List<Link> links) {
    String here = names.probe(project, "here");
    String there = names.probe(project, "there");
    List<String> made = new ArrayList<>();
    try {
      for (String network : List.of(here, there)) {
        networks.ensure(network, Tags.role(Tags.Role.PROBE, project), 28, Networks.Shape.INTERNAL);
      }
      String listener = container(project, here, "listener", List.of("listen", "" + PORT));
      made.add(listener);
      String address = address(listener, here);
      boolean control = reaches(project, here, address, 5, made);
      boolean leak = reaches(project, there, address, 1, made);
      return told(control, leak, links);
    } finally {
      made.forEach(containers::remove);
      networks.remove(here, List.of());
      networks.remove(there, List.of());
    }
  }

  private static Isolation told(boolean control, boolean leak, List<Link> links) {
    if (leak) {
      return new Isolation(
          State.NOT_ENFORCED,
          "THIS ENGINE DOES NOT KEEP NETWORKS APART: a container was reached from a network that it"
              + " is not on; look at the engine's firewall rules");
    }
    if (!control) {
      return new Isolation(
          State.UNKNOWN,
          "a container was not reached on its own network either: nothing is proven");
    }
    return new Isolation(
        State.ENFORCED,
        "tried: a container was reached on its own network and not from another; %d links declared"
            .formatted(links.size()));
  }

  private boolean reaches(
      String project, String network, String address, int times, List<String> made) {
    String name = network + "_dial";
    String id =
        container(project, network, "dial", List.of("dial", address, "" + PORT, "" + times));
    made.add(id);
    List<String> lines = new ArrayList<>();
    logs.read(id, -1, true, false, lines::add);
    if (lines.stream().noneMatch(l -> l.equals(ProbeMain.REACHED) || l.equals(ProbeMain.NONE))) {
      throw new NaruException(
          NaruException.Code.FAILED, name + " said nothing: " + String.join(" ", lines));
    }
    return lines.contains(ProbeMain.REACHED);
  }

  private String container(String project, String network, String part, List<String> words) {
    String id =
        helpers.make(
            project,
            network + "_" + part,
            List.of("-Xmx16m"),
            ProbeMain.class,
            words,
            Recipe.on(recipe.host(RESOURCES, List.of()), network));
    containers.start(id);
    return id;
  }

  private String address(String container, String network) {
    return api.call(
        "look at a probe",
        client ->
            Optional.ofNullable(
                    client
                        .inspectContainerCmd(container)
                        .exec()
                        .getNetworkSettings()
                        .getNetworks()
                        .get(network))
                .map(ContainerNetwork::getIpAddress)
                .filter(a -> !a.isEmpty())
                .orElseThrow(() ->
                    new NaruException(
                        NaruException.Code.FAILED, "the listener has no address on " + network)));
  }
}
