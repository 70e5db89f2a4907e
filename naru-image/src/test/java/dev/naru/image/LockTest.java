package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockTest {
  private static final String A = "a".repeat(64);

  @TempDir Path temp;

  private static LockedImage python(String version, String requirements) {
    return new LockedImage(
        "python " + version,
        LockedImage.PACKAGES,
        Optional.empty(),
        List.of(
            new Layer(
                "packages", new Descriptor(Descriptor.LAYER, "sha256:" + A, 7), "sha256:" + A)),
        List.of(new DebPackage("libc6", "2.36-9+deb12u14", "amd64", A)),
        Optional.empty(),
        Optional.of(Requirements.digest(requirements)),
        List.of(Wheel.of("numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl", A)));
  }

  private static Lock lock(LockedImage image) {
    return new Lock(Platform.name(), new TreeMap<>(Map.of("app", image)));
  }

  @Test
  void readsWhatItWrites() {
    Lock lock = lock(python("3.11", "numpy==1.26.4 --hash=sha256:" + A));

    lock.write(temp);

    assertThat(Lock.read(temp)).contains(lock);
    assertThat(lock.text()).doesNotContain("http", temp.toString()).endsWith("}\n");
    assertThat(Lock.read(temp.resolve("elsewhere"))).isEmpty();
  }

  @Test
  void refusesWhatIsNoLock() {
    for (String text : List.of("", "{", "[]", "{\"version\": 2}", "{\"version\": 1}")) {
      assertThat(Projects.failure(() -> Lock.parse(text.getBytes(StandardCharsets.UTF_8))))
          .as(text)
          .startsWith("2: cannot read naru.lock: ")
          .endsWith("; take it from version control, or run naru lock --update");
    }
  }

  @Test
  void refusesALockWithOneDigitChanged() {
    String text = lock(python("3.11", "")).text();
    int at = text.indexOf(A) + 5;
    String flipped = text.substring(0, at) + "b" + text.substring(at + 1);

    assertThat(Projects.failure(() -> Lock.parse(flipped.getBytes(StandardCharsets.UTF_8))))
        .startsWith("2: cannot read naru.lock: expected sha256 ");
  }

  @Test
  void refusesVersionsThatAreProgramArguments() {
    String text = lock(python("3.11", "")).text().replace("2.36-9+deb12u14", "-oDir::Etc=/x y");

    assertThat(Projects.failure(() -> Lock.parse(text.getBytes(StandardCharsets.UTF_8))))
        .startsWith("2: cannot read naru.lock: expected version as ");
  }

  @Test
  void namesEveryDrift() throws IOException {
    Files.writeString(
        temp.resolve("r.txt"),
        "numpy==1.26.5 \\\n  --hash=sha256:" + A + "\npolars==1.0 --hash=sha256:" + A + "\n");
    Image image =
        Projects.image(
            new Image.RunsOn(Optional.empty(), Optional.of("3.12"), Optional.of("r.txt")),
            "src",
            Optional.of(new Image.Base(Optional.of("x@sha256:" + A), Optional.empty())));
    Lock lock = lock(python("3.11", "numpy==1.26.4 --hash=sha256:" + A));

    assertThat(Drift.ofFile(image, temp, lock))
        .containsExactly(
            "runtime is python 3.12 in the file, python 3.11 in the lock",
            "base is x@sha256:" + A + " in the file, packages: debian in the lock",
            "requirement numpy is 1.26.5 in the file, 1.26.4 in the lock",
            "requirement polars is 1.0 in the file, absent in the lock");
    assertThat(
            Projects.failure(() ->
                new ImageBuilder(Projects.settings(temp))
                    .build("shop", image, temp, Optional.of(lock), Progress.none())))
        .startsWith("2: cannot build image/app as locked: runtime is python 3.12 in the file")
        .endsWith("; run naru lock --update");
  }

  @Test
  void saysThatTheLockIsOlderThanTheFile() {
    Image image = Projects.image(Projects.JAVA, "app.jar", Optional.empty());

    assertThat(
            Projects.failure(() ->
                new ImageBuilder(Projects.settings(temp))
                    .build(
                        "shop",
                        image,
                        temp,
                        Optional.of(new Lock(Platform.name(), new TreeMap<>())),
                        Progress.none())))
        .isEqualTo(
            "2: cannot build image/app as locked: the lock is older than the file: it does not"
                + " name image/app; run naru lock");
  }

  @Test
  void commentsAreNoDrift() throws IOException {
    String pin = "numpy==1.26.4 --hash=sha256:" + A;
    Files.writeString(temp.resolve("r.txt"), "# said anew\n" + pin + "  # why\n\n");
    Image image =
        Projects.image(
            new Image.RunsOn(Optional.empty(), Optional.of("3.11"), Optional.of("r.txt")),
            "src",
            Optional.empty());

    assertThat(Drift.ofFile(image, temp, lock(python("3.11", pin)))).isEmpty();
  }

  @Test
  void buildsFromTheLockWithoutLookingElsewhere() throws IOException {
    Projects.jar(temp.resolve("app.jar"), Projects.program("hi"), Instant.EPOCH);
    Image image = Projects.java(temp);
    ImageBuilder builder = new ImageBuilder(Projects.settings(temp));
    Lock lock = builder.lock(List.of(image), temp, Optional.empty(), Progress.none());

    BuiltImage free = builder.build("shop", image, temp, Optional.empty(), Progress.none());
    BuiltImage locked = builder.build("shop", image, temp, Optional.of(lock), Progress.none());

    assertThat(locked.digest()).isEqualTo(free.digest());
    assertThat(builder.lock(List.of(image), temp, Optional.of(lock), Progress.none()))
        .isEqualTo(lock);
  }

  @Test
  void refusesALayerThatTheHomeHasLostAndNobodyHas() throws IOException {
    Projects.jar(temp.resolve("app.jar"), Projects.program("hi"), Instant.EPOCH);
    Image image = Projects.java(temp);
    ImageBuilder builder = new ImageBuilder(Projects.settings(temp));
    Lock lock = builder.lock(List.of(image), temp, Optional.empty(), Progress.none());
    Layer base = lock.image("app").orElseThrow().layers().getFirst();
    Path blob = builder.layout().blob(base.blob().digest());
    byte[] bytes = Files.readAllBytes(blob);
    bytes[20] ^= 1;
    Files.write(blob, bytes);

    assertThat(
            Projects.failure(
                () -> builder.build("shop", image, temp, Optional.of(lock), Progress.none())))
        .startsWith("2: cannot build image/app: base team/base@sha256:")
        .contains("lacks blob " + base.blob().digest());
    assertThat(blob).doesNotExist();
  }
}
