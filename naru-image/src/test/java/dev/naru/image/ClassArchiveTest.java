package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a runtime that is linked from the JDK of this build, and its JVM. */
class ClassArchiveTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  @TempDir Path temp;

  @Test
  void isTheSameEverywhereAndTakenUnasked() throws IOException {
    Path runtime = temp.resolve("runtime");
    new JavaRuntime(JDK).link(runtime);
    Path jar = temp.resolve("naru-hello.jar");
    Projects.jar(jar, Projects.program("hello"), Instant.EPOCH);

    Layer one = archive(runtime, jar, "one");
    Layer two = archive(runtime, jar, "another/folder");

    assertThat(two).isEqualTo(one);
    Path app = Files.createDirectories(temp.resolve("app")).resolve("naru-hello.jar");
    Files.copy(jar, app);
    Files.setLastModifiedTime(app, FileTime.from(Layers.TIME));
    take(new Layout(temp.resolve("one/layout")).blob(one.blob().digest()), runtime);
    assertThat(loaded(runtime, app)).contains("shared objects file");
    // Another class path: it is as if there were none.
    assertThat(loaded(runtime, jar)).contains("hello").doesNotContain("shared objects file");
  }

  private Layer archive(Path runtime, Path jar, String place) throws IOException {
    Path home = Files.createDirectories(temp.resolve(place));
    Layout layout = new Layout(home.resolve("layout"));
    Layers layers = new Layers(layout, Files.createDirectories(home.resolve("known")));
    Layer java = layers.layer("java", Trees.entries(runtime, JavaRuntime.HOME));
    LockedImage base =
        new LockedImage(
            "java 25",
            LockedImage.PACKAGES,
            Optional.empty(),
            List.of(java),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    List<Layer> program =
        List.of(
            layers.layer(
                "classes",
                List.of(new LayerEntry("/app/naru-hello.jar", jar, 0644, LayerEntry.ROOT))));
    ClassArchive archive = new ClassArchive(layout, layers);
    Path work = Files.createDirectories(home.resolve("work"));
    Layer made =
        archive.layer(SystemImages.SERVING, base, program, List.of(jar), work, Progress.none());
    Path none = home.resolve("not needed again");
    assertThat(
            archive.layer(SystemImages.SERVING, base, program, List.of(jar), none, Progress.none()))
        .isEqualTo(made);
    return made;
  }

  private static void take(Path layer, Path runtime) throws IOException {
    try (InputStream in = Files.newInputStream(layer);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (!e.isDirectory()) {
          assertThat("/" + e.getName()).isEqualTo(JavaRuntime.HOME + "/lib/server/classes.jsa");
          Path usual = runtime.resolve("lib/server/classes.jsa");
          Files.delete(usual);
          Files.copy(tar, usual);
        }
      }
    }
  }

  private String loaded(Path runtime, Path jar) throws IOException {
    return Tools.run(
            temp,
            Duration.ofMinutes(1),
            List.of(
                runtime.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xlog:class+load",
                "-cp",
                jar.toString(),
                "com.bank.app.Main",
                "hello"))
        .text()
        .lines()
        .filter(l -> !l.contains(" java.") && !l.contains(" jdk.") && !l.contains(" sun."))
        .reduce("", (a, b) -> a + b + "\n");
  }
}
