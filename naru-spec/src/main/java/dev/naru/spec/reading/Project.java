package dev.naru.spec.reading;

import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The resources that are applied together, free of problems.
 *
 * @param resources in the order of files and documents
 * @param origins where each was read, by {@link Resource#ref()}
 * @param folder the absolute folder that relative paths in the resources begin from
 * @param namespace the project's name as its resources give it
 * @param pathName the name of the folder, or of a lone file without its ending; not necessarily a
 *     valid name; empty for stdin and JSON
 */
public record Project(
    List<Resource> resources,
    Map<String, Origin> origins,
    Path folder,
    Optional<String> namespace,
    Optional<String> pathName) {
  /**
   * Where a resource was read.
   *
   * @param file as the user named it
   * @param line from 1; 0 where there is none
   * @param fields where the values of its fields begin, by their paths such as {@code spec.source}
   */
  public record Origin(String file, int line, Map<String, Place> fields) {
    /** Copies the map. */
    public Origin {
      fields = Map.copyOf(fields);
    }
  }

  /**
   * A place in a file.
   *
   * @param line from 1; 0 where there is none
   * @param column from 1; 0 where there is none
   */
  public record Place(int line, int column) {}

  /** Copies the collections. */
  public Project {
    resources = List.copyOf(resources);
    origins = Map.copyOf(origins);
  }

  /** A problem with a field of one of the resources, at the field's place as far as it is known. */
  public Problem problem(Resource resource, String path, String message) {
    Origin origin = origins.getOrDefault(resource.ref(), new Origin("", 0, Map.of()));
    Place start = new Place(origin.line(), origin.line() == 0 ? 0 : 1);
    Place place = origin.fields().getOrDefault(path, start);
    return new Problem(origin.file(), place.line(), place.column(), path, message);
  }

  /** The resource of a kind and name. */
  public Optional<Resource> find(Kind kind, String name) {
    return resources.stream().filter(r -> r.kind() == kind && r.name().equals(name)).findFirst();
  }

  /** The resources of one type, such as {@code Training.class}. */
  public <R extends Resource> List<R> all(Class<R> type) {
    return resources.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
