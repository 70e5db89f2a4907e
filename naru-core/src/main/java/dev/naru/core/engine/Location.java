package dev.naru.core.engine;

/** A directory whose real place only the engine knows. */
public sealed interface Location {
  /** Its path under its root, relative, with {@code /}. */
  String path();

  /** The same root, with {@code name} appended to the path. */
  Location resolve(String name);

  /** In a Volume of a project. */
  record InVolume(String project, String volume, String path) implements Location {
    @Override
    public InVolume resolve(String name) {
      return new InVolume(project, volume, path + "/" + name);
    }
  }

  /** In the engine's store of models: {@code <training>/...}. */
  record InModels(String project, String path) implements Location {
    @Override
    public InModels resolve(String name) {
      return new InModels(project, path + "/" + name);
    }
  }
}
