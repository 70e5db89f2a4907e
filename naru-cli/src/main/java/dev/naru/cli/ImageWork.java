package dev.naru.cli;

import dev.naru.cli.talk.CommandException;
import dev.naru.image.BuiltImage;
import dev.naru.image.ImageBuilder;
import dev.naru.image.ImageSettings;
import dev.naru.image.Lock;
import dev.naru.image.Progress;
import dev.naru.image.ProjectBuild;
import dev.naru.image.Provenance;
import dev.naru.image.Pusher;
import dev.naru.image.RegistryPlace;
import dev.naru.image.SystemImages;
import dev.naru.image.trust.SignKey;
import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the commands do with images, in this process: no control plane is asked or started. */
final class ImageWork {
  private final Cli cli;
  private final ImageSettings settings;
  private final ImageBuilder builder;

  /**
   * For the home of the command.
   *
   * @param registry as {@code --registry} gives it; without it {@code NARU_REGISTRY} counts
   */
  ImageWork(Cli cli, Optional<String> registry) {
    this.cli = cli;
    this.settings = settings(cli, registry);
    this.builder = new ImageBuilder(settings);
  }

  private static ImageSettings settings(Cli cli, Optional<String> registry) {
    Path home = cli.home().folder();
    try {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw CommandException.failed(
          "cannot make the home " + home + ": " + e.getMessage() + "; correct NARU_HOME");
    }
    Map<String, String> env = new HashMap<>(cli.env());
    registry.ifPresent(r -> env.put("NARU_REGISTRY", r));
    return ImageSettings.of(home, env);
  }

  /** Hosts besides loopback that are spoken to without TLS. */
  static Set<String> plainHttp(Cli cli) {
    return ImageSettings.of(cli.home().folder(), cli.env()).plainHttp();
  }

  /** The images of a file that Naru builds. */
  static List<Image> recipes(ProjectFile file) {
    return file.project().all(Image.class).stream().filter(i -> i.spec().ref().isEmpty()).toList();
  }

  /**
   * An image and where it went.
   *
   * @param ref in the registry it was pushed to; else the layout of the home, as other tools name
   *     it
   * @param key identity of the key that signed it there; empty where it was not pushed
   */
  record Made(BuiltImage image, String ref, Optional<String> key) {}

  /** Builds all images of a file by its lock, if there is one, and sends them where asked. */
  List<Made> build(ProjectFile file, Optional<RegistryPlace> push) {
    Optional<Lock> lock = Lock.read(file.project().folder());
    List<Made> made = new ArrayList<>();
    for (Image image : recipes(file)) {
      try (Steps steps = steps(image)) {
        Instant began = cli.clock().instant();
        BuiltImage built = builder.build(file.name(), image, file.project().folder(), lock, steps);
        made.add(
            push.isPresent()
                ? push(
                    built,
                    Provenance.of(image, file.project().folder(), built),
                    began,
                    push.get(),
                    steps)
                : new Made(
                    built, "oci:" + builder.layout().root() + ":" + built.tag(), Optional.empty()));
      }
    }
    return made;
  }

  /** Naru's own images. */
  SystemImages system() {
    return new SystemImages(builder);
  }

  /**
   * Sends an image, signs it there with the home's key and attests its parts and its provenance.
   *
   * @param began when its build began
   */
  Made push(
      BuiltImage built, Provenance provenance, Instant began, RegistryPlace place, Progress steps) {
    Instant ended = cli.clock().instant();
    steps.step("sending it to " + place.host());
    String ref = new Pusher(builder.layout(), settings).push(built, place, steps).ref();
    steps.step("signing it");
    Signing signing = new Signing(cli, settings.plainHttp());
    SignKey key = signing.key();
    signing.attested(key, ref, built, provenance.predicate(VersionCommand.VERSION, began, ended));
    return new Made(built, ref, Optional.of(key.shown().id()));
  }

  /** A lock for a file, on top of an earlier one. */
  Lock lock(ProjectFile file, Optional<Lock> earlier) {
    try (Steps steps = new Steps(cli, "lock")) {
      return builder.lock(recipes(file), file.project().folder(), earlier, steps);
    }
  }

  /** Runs the project's own builds whose inputs have changed. */
  void projectBuilds(ProjectFile file) {
    for (Image image : recipes(file)) {
      try (Steps steps = steps(image)) {
        new ProjectBuild(settings).run(image, file.project().folder(), steps);
      }
    }
  }

  private Steps steps(Image image) {
    return new Steps(cli, image.ref());
  }
}
