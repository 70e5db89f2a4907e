package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.util.Optional;

/**
 * The one resource that a command is about, with the way to it.
 *
 * @param path of its operations in the API
 */
record OneTarget(Api api, Target target, JsonNode object, String path) {
  /** Starts no control plane in a home that has never held anything: it cannot be there. */
  static OneTarget open(BaseCommand command, Target target) throws IOException {
    ControlPlane plane = command.cli().controlPlane();
    if (!Submitted.onCluster(command.cli()) && !plane.home().used() && plane.running().isEmpty()) {
      throw CommandException.usage(
          "cannot find " + target.ref() + ": nothing was ever started here; `naru up PATH` does");
    }
    Api api = plane.connect();
    Optional<String> project = command.root().project().or(() -> Clusters.namespace(command.cli()));
    JsonNode object = target.find(api, project);
    return new OneTarget(api, target, object, target.path(object));
  }
}
