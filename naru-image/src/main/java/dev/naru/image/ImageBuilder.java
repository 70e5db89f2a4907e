package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the images of a project into the layout of a home, and resolves locks. Needs no server.
 * Two builds may run at once, in one process or several.
 *
 * <p>What goes wrong is a {@link dev.naru.core.NaruException}: INVALID (exit 2) where the file, the
 * lock or this host's means do not fit together, FAILED (exit 1) where something cannot be got,
 * read or written.
 */
public final class ImageBuilder {
  private final ImageSettings settings;
  private final Layout layout;
  private final Layers layers;
  private final Bases bases;

  /** For a home. */
  public ImageBuilder(ImageSettings settings) {
    this.settings = settings;
    this.layout = new Layout(settings.images().resolve("oci"));
    this.layers = new Layers(layout, settings.cache("layers"));
    this.bases = new Bases(settings, layout, layers);
  }

  /** Where images are kept. */
  public Layout layout() {
    return layout;
  }

  /**
   * Builds an image; the same files and lock make the same digest anywhere and at any time.
   *
   * @param project the project's name; the layout names the image {@code project/image}
   * @param folder the folder of the project's file
   * @param lock what the image stands on; empty takes what this host has now
   */
  public BuiltImage build(
      String project, Image image, Path folder, Optional<Lock> lock, Progress progress) {
    try {
      Recipe.runtime(image);
      new ProjectBuild(settings).run(image, folder, progress);
      LockedImage base = base(image, folder, lock, progress);
      Path source = Recipe.source(image, folder);
      Path work = Files.createTempDirectory(Files.createDirectories(settings.cache("work")), ".b-");
      try {
        List<Layer> program = new Programs(layers, work).of(image, source);
        BuiltImage built =
            new Assembly(settings, layout, layers)
                .assemble(
                    project + "/",
                    image.metadata().name(),
                    base,
                    program,
                    config(image, base),
                    work);
        keepSbom(image, built, base, source);
        return built;
      } finally {
        Disk.delete(work);
      }
    } catch (IOException e) {
      throw Trouble.of("cannot build " + image.ref(), e);
    }
  }

  private LockedImage base(Image image, Path folder, Optional<Lock> lock, Progress progress)
      throws IOException {
    Optional<LockedImage> locked = locked(image, folder, lock);
    if (locked.isEmpty()) {
      return bases.resolve(image, folder, progress);
    }
    bases.restore(image, locked.get(), progress);
    return locked.get();
  }

  /**
   * What a lock says of an image.
   *
   * @return empty without a lock
   * @throws dev.naru.core.NaruException INVALID where the file says otherwise than the lock
   */
  public Optional<LockedImage> locked(Image image, Path folder, Optional<Lock> lock) {
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    List<String> drifts = Drift.ofFile(image, folder, lock.get());
    if (!drifts.isEmpty()) {
      throw Trouble.invalid(
          "cannot build "
              + image.ref()
              + " as locked: "
              + String.join("; ", drifts)
              + "; run naru lock"
              + (drifts.getFirst().startsWith("the lock is older") ? "" : " --update"));
    }
    return lock.get().image(image.metadata().name());
  }

  private static ImageConfig config(Image image, LockedImage base) {
    Map<String, String> env = new TreeMap<>(Map.of("LANG", "C.UTF-8", "HOME", "/tmp"));
    Optional<String> python = Recipe.python(image);
    boolean own = base.isOfPackages();
    if (own) {
      env.put("PATH", python.isPresent() ? "/usr/local/bin:/usr/bin" : JavaRuntime.HOME + "/bin");
    }
    if (python.isPresent()) {
      env.put("PYTHONDONTWRITEBYTECODE", "1");
      env.put("PYTHONUNBUFFERED", "1");
      env.put("PYTHONNOUSERSITE", "1");
      if (!own && !base.wheels().isEmpty()) {
        env.put("PYTHONPATH", PythonRuntime.sitePackages(python.get()));
      }
      return new ImageConfig(
          env, List.of(own ? ImagePaths.python(python.get()) : "python" + python.get()));
    }
    if (own) {
      env.put("JAVA_HOME", JavaRuntime.HOME);
    }
    // The same share of the replica's memory as on the process engine.
    return new ImageConfig(
        env,
        List.of(
            own ? ImagePaths.JAVA : "java",
            "-XX:MaxRAMPercentage=70",
            "-XX:-UsePerfData",
            "-jar",
            ImagePaths.APP_JAR));
  }

  private void keepSbom(Image image, BuiltImage built, LockedImage base, Path source)
      throws IOException {
    if (!Files.exists(built.sbom())) {
      boolean jar = image.spec().runsOn().java().isPresent();
      Disk.write(
          built.sbom(),
          Sbom.of(built.name(), built.digest(), base, jar ? List.of(source) : List.of(), false));
    }
  }

  /**
   * A lock for these images. What an earlier lock says of an image that has not changed stays, so
   * that a lock is only added to; without an earlier one everything is what this host has now.
   *
   * @param earlier the lock to add to; empty for {@code --update}
   */
  public Lock lock(List<Image> images, Path folder, Optional<Lock> earlier, Progress progress) {
    SortedMap<String, LockedImage> locked = new TreeMap<>();
    for (Image image : images) {
      if (image.spec().ref().isPresent()) {
        continue; // a digest already
      }
      String name = image.metadata().name();
      Optional<LockedImage> kept =
          earlier.filter(l -> Drift.ofFile(image, folder, l).isEmpty()).flatMap(l -> l.image(name));
      if (kept.isPresent()) {
        locked.put(name, kept.get());
        continue;
      }
      try {
        locked.put(name, bases.resolve(image, folder, progress));
      } catch (IOException e) {
        throw Trouble.of("cannot lock " + image.ref(), e);
      }
    }
    return new Lock(Platform.name(), locked);
  }

  /** What a system image stands on: a Java runtime of this host's packages and JDK. */
  LockedImage systemBase(Image image, Path folder, Progress progress) throws IOException {
    return bases.resolve(image, folder, progress);
  }

  ImageSettings settings() {
    return settings;
  }

  Layers layers() {
    return layers;
  }
}
