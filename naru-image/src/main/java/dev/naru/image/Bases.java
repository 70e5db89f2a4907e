package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything below the program: found out from this host, or made again as a lock says. */
final class Bases {
  private final ImageSettings settings;
  private final Layout layout;
  private final Layers layers;
  private final Debian debian;
  private final Wheels wheels;
  private final JavaRuntime java;
  private final Refs refs;

  Bases(ImageSettings settings, Layout layout, Layers layers) {
    this.settings = settings;
    this.layout = layout;
    this.layers = layers;
    this.debian = new Debian(settings.cache("packages"), new HostNotes(settings.cache("host")));
    this.wheels = new Wheels(settings.cache("wheels"));
    this.java = new JavaRuntime(settings.jdk());
    this.refs = new Refs(settings, layout);
  }

  /** What this host has now, made and kept. */
  LockedImage resolve(Image image, Path folder, Progress progress) throws IOException {
    String runtime = Recipe.runtime(image);
    Optional<String> python = Recipe.python(image);
    Optional<String> text = Recipe.requirements(image, folder);
    List<Layer> made = new ArrayList<>();
    List<DebPackage> packages = List.of();
    Optional<Jdk> jdk = Optional.empty();
    Optional<String> config = Optional.empty();
    String base = Recipe.base(image);
    if (base.equals(LockedImage.PACKAGES)) {
      packages = candidates(image, python);
      jdk = python.isEmpty() ? Optional.of(java.identity()) : Optional.empty();
      made.addAll(fromHost(image.ref(), packages, jdk, progress));
    } else {
      Refs.Base fetched = refs.fetch(image, base);
      config = Optional.of(fetched.configDigest());
      made.addAll(fetched.layers());
    }
    List<Wheel> chosen = List.of();
    if (text.isPresent() && python.isPresent()) {
      progress.step("choosing requirements for Python " + python.get());
      chosen = wheels.resolve(image.metadata().name(), python.get(), text.get());
      if (!chosen.isEmpty()) {
        made.add(requirements(image.metadata().name(), python.get(), chosen, progress));
      }
    }
    return new LockedImage(
        runtime, base, config, made, packages, jdk, text.map(Requirements::digest), chosen);
  }

  private List<Layer> fromHost(
      String ref, List<DebPackage> packages, Optional<Jdk> jdk, Progress progress)
      throws IOException {
    if (jdk.isEmpty()) {
      return List.of(packages(ref, packages, progress));
    }
    try (Beside<Layer> runtime = Beside.begin(() -> java(jdk.get(), progress))) {
      return List.of(packages(ref, packages, progress), runtime.get());
    }
  }

  private List<DebPackage> candidates(Image image, Optional<String> python) throws IOException {
    if (!Debian.isHere()) {
      throw Trouble.invalid(
          "cannot build "
              + image.ref()
              + " from packages: this host has no apt-get, apt-cache and dpkg-deb; give a base by"
              + " digest in the file, base: {ref: registry/name@sha256:…}");
    }
    List<String> names = python.map(PythonRuntime::packages).orElse(JavaRuntime.PACKAGES);
    return debian
        .candidates(names)
        .orElseThrow(() ->
            Trouble.invalid(
                "cannot build "
                    + image.ref()
                    + " from packages: this host's package lists lack one of "
                    + String.join(", ", names)
                    + "; run apt-get update, take a runtime that the distribution has, or give"
                    + " base: {ref: registry/name@sha256:…}"));
  }

  private Layer packages(String ref, List<DebPackage> packages, Progress progress)
      throws IOException {
    String key = Hashes.ofText("packages " + RootFolder.RULES + " " + packages);
    Optional<Layer> before = layers.find("packages", key);
    if (before.isPresent()) {
      return before.get();
    }
    Path root = folder();
    try {
      progress.step("downloading %d packages".formatted(packages.size()));
      debian.fetchAll(packages);
      for (DebPackage p : packages) {
        progress.step("taking package " + p.name() + " " + p.version());
        debian.unpack(p, root);
      }
      RootFolder.finish(root);
      return layers.remember(key, layers.layer("packages", Trees.entries(root, "")));
    } catch (dev.naru.core.NaruException e) {
      throw new dev.naru.core.NaruException(
          e.code(), "cannot make the base of " + ref + ": " + e.getMessage(), e);
    } finally {
      Disk.delete(root);
    }
  }

  private Layer java(Jdk jdk, Progress progress) throws IOException {
    Optional<Layer> before = layers.find("java", JavaRuntime.key(jdk));
    if (before.isPresent()) {
      return before.get();
    }
    progress.step("linking a Java runtime from " + jdk.name() + " " + jdk.version());
    Path root = folder();
    try {
      java.link(root.resolve("jvm"));
      return layers.remember(
          JavaRuntime.key(jdk),
          layers.layer("java", Trees.entries(root.resolve("jvm"), JavaRuntime.HOME)));
    } finally {
      Disk.delete(root);
    }
  }

  private Layer requirements(String image, String python, List<Wheel> chosen, Progress progress)
      throws IOException {
    String key = Hashes.ofText("requirements 1 " + python + " " + chosen);
    Optional<Layer> before = layers.find("requirements", key);
    if (before.isPresent()) {
      return before.get();
    }
    Path root = folder();
    try {
      for (Wheel wheel : chosen) {
        progress.step("unpacking requirement " + wheel.name() + " " + wheel.version());
        Wheels.unpack(wheels.fetch(image, python, wheel), python, root);
      }
      return layers.remember(key, layers.layer("requirements", Trees.entries(root, "")));
    } finally {
      Disk.delete(root);
    }
  }

  private Path folder() throws IOException {
    return Files.createTempDirectory(Files.createDirectories(settings.cache("work")), ".root-");
  }

  /** Sees to it that the layers of a lock are in the layout: home, registry, made again. */
  void restore(Image image, LockedImage locked, Progress progress) throws IOException {
    String name = image.metadata().name();
    for (Layer layer : locked.layers()) {
      if (!layout.has(layer.blob()) && !fromRegistry(name, layer, progress)) {
        again(image, locked, layer, progress);
      }
    }
    if (locked.baseConfig().isPresent() && !Files.exists(layout.blob(locked.baseConfig().get()))) {
      refs.fetch(image, locked.base());
    }
  }

  private boolean fromRegistry(String name, Layer layer, Progress progress) {
    if (settings.registry().isEmpty()) {
      return false;
    }
    RegistryPlace place = settings.registry().get();
    progress.step("looking for layer " + layer.name() + " in " + place.host());
    return new Registry(place.host(), settings.plainHttp())
        .fetch(place.repository(name), layer.blob(), layout);
  }

  private void again(Image image, LockedImage locked, Layer layer, Progress progress)
      throws IOException {
    Layer made =
        switch (layer.name()) {
          case "packages" -> fromPackages(image, locked, progress);
          case "java" -> fromJdk(image, locked, progress);
          case "requirements" ->
              requirements(
                  image.metadata().name(),
                  Recipe.python(image).orElseThrow(),
                  locked.wheels(),
                  progress);
          default -> {
            refs.fetch(image, locked.base());
            yield layer;
          }
        };
    if (!made.blob().digest().equals(layer.blob().digest())) {
      throw Trouble.failed(
          "cannot build "
              + image.ref()
              + " as locked: layer "
              + layer.name()
              + " comes out as "
              + made.blob().digest()
              + ", expected "
              + layer.blob().digest()
              + "; take it by --registry, or run naru lock --update");
    }
  }

  private Layer fromPackages(Image image, LockedImage locked, Progress progress)
      throws IOException {
    if (!Debian.isHere()) {
      candidates(image, Optional.empty());
    }
    return packages(image.ref(), locked.packages(), progress);
  }

  private Layer fromJdk(Image image, LockedImage locked, Progress progress) throws IOException {
    Jdk wanted = locked.jdk().orElseThrow();
    Optional<Layer> before = layers.find("java", JavaRuntime.key(wanted));
    if (before.isPresent()) {
      return before.get();
    }
    Jdk here = java.identity();
    if (!here.equals(wanted)) {
      throw Trouble.failed(
          "cannot build "
              + image.ref()
              + " as locked: the lock has JDK "
              + Drift.words(wanted)
              + ", this host has "
              + Drift.words(here)
              + "; set NARU_JAVA_HOME to that JDK, take the layer by --registry, or run naru lock"
              + " --update");
    }
    return java(wanted, progress);
  }
}
