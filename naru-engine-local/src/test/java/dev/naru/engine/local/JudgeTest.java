package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Judgement;
import dev.naru.spec.Bytes;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {
  @TempDir private Path folder;

  private static final Metadata NAME = new Metadata("data", Optional.empty(), Map.of(), Map.of());

  private Judge judge() {
    Layout layout = new Layout(folder);
    Launcher launcher =
        new Launcher(
            layout,
            new Images(layout),
            ProcessBench.NONE,
            Path.of(System.getProperty("java.home")));
    return new Judge(launcher, true, true);
  }

  @Test
  void sizeOfVolumesIsNotEnforced() {
    Volume volume =
        new Volume(NAME, new Volume.Spec(Bytes.ofMebibytes(1), Volume.Access.ReadWriteMany));
    assertThat(judge().judge(volume))
        .containsExactly(
            new Judgement(
                Judgement.Level.DOWNGRADED,
                "volume/data",
                "spec.size",
                "engine process does not enforce the size of volumes; watch the disk"));
  }

  @Test
  void pythonThatIsNotInstalledIsRefused() {
    Image image =
        new Image(
            NAME,
            new Image.Spec(
                new Image.RunsOn(Optional.empty(), Optional.of("3.99"), Optional.empty()), "src"));
    assertThat(judge().judge(image))
        .containsExactly(
            new Judgement(
                Judgement.Level.REFUSED,
                "image/data",
                "spec.runtime",
                "cannot run image/data: this machine has no Python 3.99 on the path; install it,"
                    + " or correct spec.runtime.python"));
  }

  @Test
  void imagesOfARegistryNeedContainers() {
    Image.Spec spec =
        new Image.Spec(
            Optional.empty(),
            Optional.empty(),
            Optional.of("registry.local/a@sha256:" + "0".repeat(64)),
            Optional.empty(),
            Optional.empty());
    assertThat(judge().judge(new Image(NAME, spec)))
        .containsExactly(
            new Judgement(
                Judgement.Level.REFUSED,
                "image/data",
                "spec.ref",
                "cannot run image/data: engine process runs programs of this machine, not images"
                    + " of a registry, and no other engine is in this version; give runtime and"
                    + " source instead of ref"));
  }

  @Test
  void projectsOwnBuildHasRunBefore() {
    Image.Spec spec =
        new Image.Spec(
            Optional.of(new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty())),
            Optional.of("a.jar"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Image.Build(java.util.List.of("make"))));
    assertThat(judge().judge(new Image(NAME, spec))).isEmpty();
  }

  @Test
  void javaIsAlwaysThere() {
    Image image =
        new Image(
            NAME,
            new Image.Spec(
                new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), "a.jar"));
    assertThat(judge().judge(image)).isEqualTo(List.of());
  }
}
