package dev.naru.cli;

import dev.naru.cli.talk.CommandException;
import dev.naru.core.NaruException;
import dev.naru.engine.kubernetes.Cluster;
import dev.naru.engine.kubernetes.Installer;
import dev.naru.engine.kubernetes.Namespaces;
import dev.naru.image.RegistryPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What commands know of the cluster that they are about. */
final class Clusters {
  private Clusters() {}

  /** The cluster of the environment's kubeconfig. */
  static Cluster of(Cli cli) {
    Map<String, String> env = new HashMap<>(cli.env());
    cli.home().kubeconfig().ifPresent(file -> env.put("KUBECONFIG", file));
    return Cluster.of(env, Optional.ofNullable(env.get("NARU_CONTEXT")));
  }

  /** The namespace that is meant where none is named; empty where it is not about a cluster. */
  static Optional<String> namespace(Cli cli) {
    return Submitted.onCluster(cli) ? Optional.of(of(cli).namespace()) : Optional.empty();
  }

  /**
   * Makes sure that a project's namespace is there, before anything is built or sent for it.
   *
   * @param create whether an absent one is made
   * @throws CommandException exit 2 where that is asked for and nothing is on a cluster
   */
  static void requireNamespace(Cli cli, String project, boolean create) {
    if (!Submitted.onCluster(cli)) {
      if (create) {
        throw CommandException.usage(
            "cannot use --create-namespace: only a cluster has namespaces; leave it out, or say"
                + " --engine kubernetes");
      }
      return;
    }
    if (Namespaces.require(of(cli), project, create)) {
      cli.talk("made namespace " + project);
    }
  }

  /**
   * Where images go.
   *
   * @param place HOST:PORT/PREFIX
   * @param cli the same command, which may talk to that registry as the cluster does
   */
  record Registry(RegistryPlace place, Cli cli) {}

  /**
   * The registry that is meant: {@code --registry}, else {@code NARU_REGISTRY}, else the one that
   * the cluster names.
   *
   * @throws CommandException exit 2 where nobody names one
   */
  static Registry registry(Cli cli, Optional<String> given) {
    Optional<String> named =
        given
            .or(() -> Optional.ofNullable(cli.env().get("NARU_REGISTRY")))
            .filter(r -> !r.isBlank());
    Optional<String> local = ofCluster(cli);
    String text =
        named
            .or(() -> local)
            .orElseThrow(() ->
                CommandException.usage(
                    "cannot tell where images go: give --registry HOST[:PORT]/PREFIX, set"
                        + " NARU_REGISTRY, or have the cluster name one by the ConfigMap"
                        + " kube-public/local-registry-hosting"));
    RegistryPlace place = RegistryPlace.parse(text);
    // Who puts a local registry into that ConfigMap says that it is one, by plain HTTP.
    boolean plain =
        local.map(RegistryPlace::parse).filter(l -> l.host().equals(place.host())).isPresent();
    String before = cli.env().getOrDefault("NARU_INSECURE_REGISTRIES", "");
    Cli with =
        plain
            ? cli.with(
                "NARU_INSECURE_REGISTRIES",
                before.isEmpty() ? place.host() : before + "," + place.host())
            : cli;
    return new Registry(place, with);
  }

  private static Optional<String> ofCluster(Cli cli) {
    try (Installer installer = new Installer(of(cli), _ -> {})) {
      return installer.registry();
    } catch (NaruException e) {
      if (e.code() == NaruException.Code.REFUSED) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
