package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resource;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.Project;
import dev.naru.spec.reading.ProjectReader;
import dev.naru.spec.reading.Reading;
import dev.naru.spec.reading.SourceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file, folder or stdin as the command line names it, free of problems.
 *
 * @param given as the user wrote it
 * @param name the project's name
 */
record ProjectFile(String given, String name, Project project) {
  /**
   * Reads it.
   *
   * @param given a path, or {@code -} for stdin
   * @param asked the project of {@code -p}
   * @throws CommandException exit 2 with all problems printed; nothing was started
   */
  static ProjectFile read(Cli cli, String given, Optional<String> asked) {
    boolean stdin = given.equals("-");
    if (stdin && asked.isEmpty()) {
      throw CommandException.usage(
          "cannot name the project of what comes from stdin: give it with -p NAME");
    }
    Reading reading =
        stdin
            ? ProjectReader.readStdin(cli.in(), cli.cwd())
            : ProjectReader.readPath(Path.of(given));
    return switch (reading) {
      case Reading.Refused refused -> throw Problems.refuse(cli, given, refused.problems());
      case Reading.Read read ->
          new ProjectFile(given, nameOf(cli, read.project(), asked), read.project());
    };
  }

  /**
   * Reads it, runs the project's own builds whose inputs have changed, and looks whether what its
   * images are made of is there.
   */
  static ProjectFile readWithSources(Cli cli, String given, Optional<String> asked) {
    ProjectFile file = read(cli, given, asked);
    if (file.project().all(Image.class).stream().anyMatch(i -> i.spec().build().isPresent())) {
      new ImageWork(cli, Optional.empty()).projectBuilds(file);
    }
    List<Problem> problems = SourceFiles.check(file.project());
    if (!problems.isEmpty()) {
      throw Problems.refuse(cli, given, problems);
    }
    return file;
  }

  /** On a cluster a project is a namespace, which is never made by the way. */
  private static String nameOf(Cli cli, Project project, Optional<String> asked) {
    String name =
        asked
            .or(project::namespace)
            .or(() -> Clusters.namespace(cli))
            .or(project::pathName)
            .orElse("");
    if (!Metadata.isName(name)) {
      throw CommandException.usage(
          "cannot name the project after '"
              + name
              + "': expected "
              + Metadata.NAME_WORDS
              + ", at most "
              + Metadata.NAME_LENGTH
              + " characters; give it with -p NAME or metadata.namespace");
    }
    return name;
  }

  /** What the control plane is asked with. */
  ObjectNode body() {
    ObjectNode body = Json.object();
    body.put("folder", project.folder().toString());
    body.put("file", given);
    ArrayNode documents = body.putArray("documents");
    for (Resource resource : project.resources()) {
      documents.add(ProjectReader.toJson(resource));
    }
    return body;
  }

  /** The shipped sample row of an Inference, {@code requests/NAME.json}, where there is one. */
  Optional<Path> sample(Cli cli, String inference) {
    Path file = project.folder().resolve("requests").resolve(inference + ".json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Path cwd = cli.cwd();
    return Optional.of(file.startsWith(cwd) ? cwd.relativize(file) : file);
  }
}
