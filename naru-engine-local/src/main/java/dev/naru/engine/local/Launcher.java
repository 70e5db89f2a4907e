package dev.naru.engine.local;

import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns what members run into command lines of this machine. */
final class Launcher {
  /** EX_CONFIG of sysexits.h: not tried again. */
  private static final int CONFIG = 78;

  private final Layout layout;
  private final Images images;
  private final SystemPrograms programs;
  private final Path java;
  private final Pythons pythons = new Pythons();
  private final Venvs venvs;

  /**
   * @param jdk home of the JDK that runs {@code java: 25} images
   */
  Launcher(Layout layout, Images images, SystemPrograms programs, Path jdk) {
    this.layout = layout;
    this.images = images;
    this.programs = programs;
    this.java = jdk.resolve("bin/java");
    this.venvs = new Venvs(layout);
  }

  /**
   * How a member is started.
   *
   * @param port where it listens; 0 where it does not
   */
  Launch launch(Template template, MemberDir dir, int port) throws IOException {
    return switch (template.program()) {
      case Program.OfImage p when !Files.isDirectory(layout.image(p.digest())) ->
          new Launch.Impossible(
              CONFIG, "there is no kept copy of image " + p.digest() + "; run naru up again");
      case Program.OfImage p ->
          p.runtime().java().isPresent()
              ? new Launch.Ready(java(p, template, dir), dir.cwd(), Map.of())
              : python(p);
      case Program.ModelServer p ->
          new Launch.Ready(
              programs.modelServer(p, layout.place(p.model()), port, template.resources()),
              dir.cwd(),
              Map.of());
      case Program.Gateway p ->
          new Launch.Ready(programs.gateway(p, template.resources()), dir.cwd(), Map.of());
    };
  }

  /**
   * The machine's memory is not the replica's: the heap may take 70 % of what is reserved, the rest
   * is for stacks, code, buffers and what native libraries take.
   */
  private List<String> java(Program.OfImage program, Template template, MemberDir dir) {
    long cpus = Math.max(1, Math.ceilDiv(template.resources().cpu().millis(), 1000L));
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("-XX:MaxRAM=" + template.resources().memory().value());
    command.add("-XX:MaxRAMPercentage=70");
    command.add("-XX:ActiveProcessorCount=" + cpus);
    command.add("-XX:-UsePerfData");
    command.add("-Djava.io.tmpdir=" + dir.tmp());
    command.add("-jar");
    command.add(layout.image(program.digest()).resolve(Images.JAR).toString());
    command.addAll(program.command());
    return command;
  }

  private Launch python(Program.OfImage program) throws IOException {
    String version = program.runtime().python().orElseThrow();
    Optional<Path> found = pythons.find(version);
    if (found.isEmpty()) {
      return new Launch.Impossible(CONFIG, noPython(version));
    }
    Path python = found.get();
    String requirements = images.requirements(program.digest());
    if (Venvs.needed(requirements)) {
      switch (venvs.get(python, requirements)) {
        case Venvs.State.Ready ready -> python = ready.python();
        case Venvs.State.Making _ -> {
          return new Launch.Wait("installing the requirements for Python " + version);
        }
        case Venvs.State.Failed failed -> {
          return new Launch.Impossible(1, failed.reason());
        }
      }
    }
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.addAll(program.command());
    return new Launch.Ready(
        command,
        layout.image(program.digest()).resolve(Images.SOURCE),
        Map.of("PYTHONDONTWRITEBYTECODE", "1", "PYTHONUNBUFFERED", "1", "PYTHONNOUSERSITE", "1"));
  }

  /** Why an image cannot be run here; empty where it can. */
  Optional<String> refusal(Image image) {
    return image
        .spec()
        .runsOn()
        .python()
        .filter(version -> pythons.find(version).isEmpty())
        .map(Launcher::noPython);
  }

  private static String noPython(String version) {
    return "this machine has no Python "
        + version
        + " on the path; install it, or correct spec.runtime.python";
  }
}
