package dev.naru.cli;

import dev.naru.cli.api.Home;
import dev.naru.cli.talk.CommandException;
import dev.naru.spec.Metadata;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command above all others, with the options that every one of them knows. */
@Command(
    name = "naru",
    header = "Prepares, trains and serves what one file describes.",
    synopsisHeading = "Usage: ",
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Example:",
      "  naru up examples/finance",
      "",
      "Exit codes: 0 ok, 1 the work failed, 2 usage or invalid file, 3 refused by policy,",
      "4 control plane, engine or registry unreachable, 130 Ctrl-C.",
      "NARU_HOME (~/.naru), NARU_ENGINE, DOCKER_HOST, KUBECONFIG, NARU_API_PORT (8800) and"
          + " NARU_GATEWAY_PORT (8801) are read from the environment."
    })
final class NaruCommand implements Runnable {
  @Option(
      names = {"-p", "--project"},
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "The project; by default the file's namespace, else its folder's name.")
  @Nullable String project;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      scope = ScopeType.INHERIT,
      description =
          "What runs the work: process, docker or kubernetes. Default: $$NARU_ENGINE, else what"
              + " the home used last, else process.")
  @Nullable String engine;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "How data is printed: table, json or yaml. Default: table.")
  @Nullable String output;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Prints this help.")
  boolean help;

  private final Cli cli;

  NaruCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    throw CommandException.usage(
        "cannot run: no command given; `naru --help` lists them, `naru up examples/finance` is a"
            + " start");
  }

  /** What surrounds the command, with the engine and the project that were named. */
  Cli cli() {
    Cli about = project == null ? cli : cli.with(Home.NAMESPACE, project);
    return engine == null ? about : about.with("NARU_ENGINE", engine);
  }

  /** The project that was named, a valid name. */
  Optional<String> project() {
    if (project != null && !Metadata.isName(project)) {
      throw CommandException.usage(
          "cannot use '"
              + project
              + "' as a project: expected "
              + Metadata.NAME_WORDS
              + ", at most "
              + Metadata.NAME_LENGTH
              + " characters");
    }
    return Optional.ofNullable(project);
  }

  Output output() {
    if (output == null) {
      return Output.TABLE;
    }
    return switch (output.toLowerCase(Locale.ROOT)) {
      case "table" -> Output.TABLE;
      case "json" -> Output.JSON;
      case "yaml" -> Output.YAML;
      default ->
          throw CommandException.usage(
              "cannot print as '" + output + "': expected table, json or yaml");
    };
  }

  /** Refuses engines that this version does not have. */
  void checkEngine() {
    String name = cli().env().getOrDefault("NARU_ENGINE", "");
    switch (name) {
      case "", "process", "docker", "kubernetes" -> {}
      default ->
          throw CommandException.usage(
              "cannot use the engine '"
                  + name
                  + "': there is none of that name; expected process, docker or kubernetes");
    }
  }
}
