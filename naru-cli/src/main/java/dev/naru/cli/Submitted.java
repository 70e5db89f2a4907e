package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Home;
import dev.naru.image.RegistryPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A file as the control plane is asked with it: on a cluster, with its images by digest. */
final class Submitted {
  private Submitted() {}

  /** Whether the command is about a cluster. */
  static boolean onCluster(Cli cli) {
    Home home = cli.home();
    return home.wantedEngine().orElseGet(home::lastEngine).equals("kubernetes");
  }

  /**
   * The body of a request.
   *
   * @param push whether the cluster shall be able to pull the images; else they are only named
   */
  static ObjectNode body(Cli cli, ProjectFile file, boolean push) {
    ObjectNode body = file.body();
    if (!onCluster(cli)) {
      return body;
    }
    Map<String, String> refs = references(cli, file, push);
    ArrayNode documents = body.putArray("documents");
    for (JsonNode document : file.body().path("documents")) {
      documents.add(Rendered.document((ObjectNode) document, refs));
    }
    return body;
  }

  private static Map<String, String> references(Cli cli, ProjectFile file, boolean push) {
    Map<String, String> refs = new HashMap<>();
    if (ImageWork.recipes(file).isEmpty()) {
      return refs;
    }
    Clusters.Registry registry = Clusters.registry(cli, Optional.empty());
    for (ImageWork.Made made :
        new ImageWork(registry.cli(), Optional.empty())
            .build(file, push ? Optional.of(registry.place()) : Optional.empty())) {
      refs.put(made.image().name(), reference(registry.place(), made));
    }
    return refs;
  }

  /** How a cluster pulls an image from a place. */
  static String reference(RegistryPlace place, ImageWork.Made made) {
    String name = made.image().name();
    return place.host() + "/" + place.repository(name) + "@" + made.image().digest();
  }
}
