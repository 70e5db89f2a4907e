package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a pod names images, as the API server's own policy counts them too. Pure. */
final class PodImages {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private PodImages() {}

  /**
   * A place that names an image.
   *
   * @param path of it in the pod: a JSON pointer
   * @param image as it is written there
   */
  record Place(String path, String image) {}

  /**
   * The places of a pod whose images it did not have before; all of one that is made. Nothing else
   * of the pod counts, not even that it is being removed.
   *
   * @param request of an AdmissionReview
   */
  static List<Place> anew(JsonNode request) {
    Set<String> before =
        all(request.path("oldObject")).stream().map(Place::image).collect(Collectors.toSet());
    return all(request.path("object")).stream().filter(p -> !before.contains(p.image())).toList();
  }

  private static List<Place> all(JsonNode pod) {
    List<Place> places = new ArrayList<>();
    JsonNode spec = pod.path("spec");
    for (String list : CONTAINERS) {
      for (int i = 0; i < spec.path(list).size(); i++) {
        add(places, "/spec/" + list + "/" + i + "/image", spec.path(list).path(i).path("image"));
      }
    }
    for (int i = 0; i < spec.path("volumes").size(); i++) {
      JsonNode reference = spec.path("volumes").path(i).path("image").path("reference");
      add(places, "/spec/volumes/" + i + "/image/reference", reference);
    }
    return places;
  }

  private static void add(List<Place> places, String path, JsonNode image) {
    if (!image.asText("").isEmpty()) {
      places.add(new Place(path, image.asText()));
    }
  }
}
