package dev.naru.image;

import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How long builds take, by hand: {@code BuildBench HOME FOLDER JAR [REGISTRY] [CHANGED_JAR]}.
 * Prints milliseconds; the lock is kept in memory.
 */
final class BuildBench {
  private BuildBench() {}

  public static void main(String[] args) throws IOException {
    ImageSettings plain = ImageSettings.of(Path.of(args[0]));
    Path folder = Path.of(args[1]);
    Image image =
        new Image(
            new Metadata("bench", Optional.empty(), Map.of(), Map.of()),
            new Image.Spec(
                new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), args[2]));
    ImageBuilder builder = new ImageBuilder(plain);
    Progress said = what -> System.err.println("  " + what);
    Lock lock =
        timed("lock", () -> builder.lock(java.util.List.of(image), folder, Optional.empty(), said));
    BuiltImage built =
        timed("build", () -> builder.build("shop", image, folder, Optional.of(lock), said));
    System.out.println(built);
    timed("build again", () -> builder.build("shop", image, folder, Optional.of(lock), said));
    if (args.length > 4) {
      RegistryPlace place = RegistryPlace.parse(args[3]);
      Pusher pusher = new Pusher(builder.layout(), plain);
      timed("push", () -> pusher.push(built, place, Progress.none()));
      Path jar = folder.resolve(args[2]);
      byte[] before = Files.readAllBytes(jar);
      byte[] after = Files.readAllBytes(Path.of(args[4]));
      try {
        for (int i = 0; i < 20; i++) {
          Files.write(jar, Changed.jar(after, i));
          long begun = System.nanoTime();
          BuiltImage changed =
              builder.build("shop", image, folder, Optional.of(lock), Progress.none());
          long middle = System.nanoTime();
          pusher.push(changed, place, Progress.none());
          System.out.printf(
              "changed class: build %d ms, push %d ms%n",
              (middle - begun) / 1_000_000, (System.nanoTime() - middle) / 1_000_000);
        }
      } finally {
        Files.write(jar, before);
      }
    }
  }

  private static <T> T timed(String what, Supplier<T> work) {
    long begun = System.nanoTime();
    T made = work.get();
    System.out.printf("%s: %d ms%n", what, (System.nanoTime() - begun) / 1_000_000);
    return made;
  }
}
