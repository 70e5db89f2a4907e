package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Bytes;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python images, on the Python that this machine has. */
final class PythonReplicasTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private ProcessBench bench;

  @SuppressWarnings("NullAway.Init") // before each test
  private String version;

  @BeforeEach
  void open() throws IOException {
    Optional<String> found =
        Stream.of("3.11", "3.12", "3.13", "3.10")
            .filter(v -> new Pythons().find(v).isPresent())
            .findFirst();
    assumeTrue(found.isPresent(), "this machine has no Python 3.10 to 3.13");
    version = found.orElseThrow();
    bench = new ProcessBench(folder, s -> s);
    Files.createDirectories(folder.resolve("src"));
  }

  @AfterEach
  void close() {
    if (bench != null) {
      bench.close();
    }
  }

  private Exit run(Optional<String> requirements, String... command) {
    Image.RunsOn runtime = new Image.RunsOn(Optional.empty(), Optional.of(version), requirements);
    Image image =
        new Image(
            new Metadata("probe", Optional.empty(), Map.of(), Map.of()),
            new Image.Spec(runtime, "src"));
    String digest = bench.engine().keep(image, folder);
    Group java = bench.gang("probe", 1);
    Template t = java.template();
    Template python =
        new Template(
            new Program.OfImage(digest, runtime, List.of(command)),
            t.env(),
            t.dirs(),
            new Resources(t.resources().cpu(), Bytes.ofMebibytes(128)),
            t.limits(),
            t.grace(),
            t.port(),
            1);
    Group group = new Group(java.id(), java.kind(), python, java.members(), java.links());
    bench.engine().apply(group);
    return bench.end(group.id(), FIRST);
  }

  private List<String> lines() {
    return bench.lines(bench.gang("probe", 1).id(), FIRST);
  }

  @Test
  void runsAScriptOfTheSourceAndLeavesNothingThere() throws IOException {
    Files.writeString(folder.resolve("src/part.py"), "WORD = 'imported'\n");
    Files.writeString(
        folder.resolve("src/main.py"), "import part, sys\nprint(part.WORD, sys.argv[1:])\n");
    Exit exit = run(Optional.empty(), "main.py", "a b", "$HOME");
    assertThat(lines()).containsExactly("imported ['a b', '$HOME']");
    assertThat(exit.code()).isZero();
    try (Stream<Path> all = Files.walk(bench.home().resolve("images"))) {
      assertThat(all).noneMatch(p -> p.endsWith("__pycache__"));
    }
  }

  @Test
  void requirementsAreInstalledOnceWithTheirHashes() throws IOException {
    Path wheel = wheel();
    String hash = TreeDigest.entries(folder.resolve("wheels")).getFirst().sha256();
    Files.writeString(
        folder.resolve("requirements.lock"),
        "naru-probe @ file://" + wheel + " --hash=sha256:" + hash + "\n");
    Files.writeString(folder.resolve("src/main.py"), "import naru_probe\nprint(naru_probe.WORD)\n");
    Exit exit = run(Optional.of("requirements.lock"), "main.py");
    assertThat(lines()).containsExactly("installed");
    assertThat(exit.code()).isZero();
  }

  @Test
  void requirementsOfAnotherHashAreNotInstalled() throws IOException {
    Files.writeString(
        folder.resolve("requirements.lock"),
        "naru-probe @ file://" + wheel() + " --hash=sha256:" + "0".repeat(64) + "\n");
    Files.writeString(folder.resolve("src/main.py"), "print('ran')\n");
    Exit exit = run(Optional.of("requirements.lock"), "main.py");
    assertThat(exit.code()).isEqualTo(1);
    assertThat(lines()).hasSize(1).first().asString().contains("cannot install the requirements");
  }

  /** The smallest wheel there can be. */
  private Path wheel() throws IOException {
    Path wheels = Files.createDirectories(folder.toRealPath().resolve("wheels"));
    Path wheel = wheels.resolve("naru_probe-1.0-py3-none-any.whl");
    String info = "naru_probe-1.0.dist-info/";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      entry(zip, "naru_probe.py", "WORD = 'installed'\n");
      entry(zip, info + "METADATA", "Metadata-Version: 2.1\nName: naru-probe\nVersion: 1.0\n");
      entry(
          zip,
          info + "WHEEL",
          "Wheel-Version: 1.0\nGenerator: naru\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      entry(
          zip,
          info + "RECORD",
          "naru_probe.py,,\n" + info + "METADATA,,\n" + info + "WHEEL,,\n" + info + "RECORD,,\n");
    }
    return wheel;
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
