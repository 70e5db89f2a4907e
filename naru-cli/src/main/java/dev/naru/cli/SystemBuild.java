package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.image.BuiltImage;
import dev.naru.image.Provenance;
import dev.naru.image.RegistryPlace;
import dev.naru.image.trust.VerifyKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Builds Naru's own images and sends them to a registry. */
final class SystemBuild {
  private SystemBuild() {}

  /**
   * Both images in a registry.
   *
   * @param operator reference by digest
   * @param serving reference by digest
   */
  record Pushed(ImageWork.Made operator, ImageWork.Made serving) {
    List<ImageWork.Made> all() {
      return List.of(operator, serving);
    }
  }

  /**
   * Has a cluster trust what this home signs, where the chart's values do not say whom; the home's
   * key, which signed Naru's own images, is made where there is none.
   *
   * @param cli with the registries that are spoken to without TLS
   */
  static void trust(Cli cli, ObjectNode values) {
    ObjectNode trust = values.withObject("/trust");
    if (trust.path("keys").isEmpty()) {
      VerifyKey key = new Signing(cli, Set.of()).key().shown();
      trust.putArray("keys").add(key.pem());
      cli.talk(
          "what "
              + key
              + " of this home has signed may start in the cluster; a TrustPolicy says otherwise");
    }
    if (trust.path("plainHttp").isEmpty()) {
      ArrayNode hosts = trust.putArray("plainHttp");
      ImageWork.plainHttp(cli).stream().sorted().forEach(hosts::add);
    }
  }

  /** Builds and sends them; what is there already is not sent again. */
  static Pushed push(Cli cli, RegistryPlace place) {
    if (cli.dist().isEmpty()) {
      throw CommandException.failed(
          "cannot build Naru's own images: this command was not started by the launcher ./naru");
    }
    ImageWork work = new ImageWork(cli, java.util.Optional.empty());
    Path dist = Path.of(cli.dist());
    try (Steps steps = new Steps(cli, "Naru's own images")) {
      Instant began = cli.clock().instant();
      BuiltImage operator = work.system().operator(dist, steps);
      BuiltImage serving = work.system().build(dist, steps);
      return new Pushed(
          work.push(operator, Provenance.ofSystem(operator), began, place, steps),
          work.push(serving, Provenance.ofSystem(serving), began, place, steps));
    }
  }
}
