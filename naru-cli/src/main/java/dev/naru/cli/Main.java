package dev.naru.cli;

import dev.naru.cli.api.ApiException;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.SafeText;
import dev.naru.core.NaruException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry of the command line; the launcher starts it. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args the words of the command line
   */
  public static void main(String[] args) {
    int code = run(Cli.ofProcess(), args);
    // Not System.exit: there is nothing to run at the end, and a hook of `up` must not speak now.
    Runtime.getRuntime().halt(code);
  }

  static int run(Cli cli, String... args) {
    CommandLine line = commandLine(cli, args);
    line.setOut(new PrintWriter(cli.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(cli.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setUsageHelpAutoWidth(false);
    line.setExecutionExceptionHandler((e, _, _) -> cannot(cli, e));
    line.setParameterExceptionHandler((e, words) -> misused(cli, e, words));
    int code = line.execute(args);
    cli.out().flush();
    return code;
  }

  /** Reading the annotations of all commands takes longer than most commands: only one is made. */
  static CommandLine commandLine(Cli cli, String... args) {
    CommandLine line = new CommandLine(new NaruCommand(cli));
    Set<String> names = Commands.names();
    List<String> wanted = List.of(args).stream().filter(names::contains).limit(1).toList();
    boolean one = wanted.size() == 1 && args.length > 0 && args[0].equals(wanted.getFirst());
    for (String name : one && !wanted.contains("completion") ? wanted : names) {
      line.addSubcommand(name, Commands.make(name));
    }
    return line;
  }

  private static int cannot(Cli cli, Exception e) {
    int code =
        switch (e) {
          case CommandException cannot -> say(cli, cannot.words(), cannot.exitCode());
          case ApiException answer -> refused(cli, answer);
          case NaruException failed ->
              say(cli, String.valueOf(failed.getMessage()), failed.code().exitCode());
          case ConnectException _ ->
              say(
                  cli,
                  "cannot reach the control plane: nothing answers; run the command again",
                  CommandException.UNREACHABLE);
          case IOException io ->
              say(cli, "cannot go on: " + io.getMessage(), CommandException.UNREACHABLE);
          case UncheckedIOException io ->
              say(cli, "cannot go on: " + io.getMessage(), CommandException.UNREACHABLE);
          default ->
              say(
                  cli,
                  "cannot go on: a defect of Naru: " + e + "; NARU_DEBUG=1 shows where",
                  CommandException.FAILED);
        };
    if (cli.debug()) {
      e.printStackTrace(cli.err());
    }
    return code;
  }

  private static int refused(Cli cli, ApiException answer) {
    for (var problem : answer.body().path("problems")) {
      cli.err().println(SafeText.line(Problems.line(problem)));
    }
    return say(cli, answer.words(), answer.exitCode());
  }

  private static int say(Cli cli, String words, int code) {
    cli.out().flush();
    cli.talk(words);
    return code;
  }

  private static int misused(Cli cli, ParameterException e, String[] words) {
    ParseResult parsed = e.getCommandLine().getParseResult();
    String command = e.getCommandLine().getCommandName();
    String first = words.length > 0 ? words[0] : "";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word =
          unmatched.getUnmatched().isEmpty() ? first : unmatched.getUnmatched().getFirst();
      if (Commands.LATER.contains(first) && parsed != null && word.equals(first)) {
        return say(
            cli, "cannot run '" + first + "': it is not in this version", CommandException.USAGE);
      }
      if (word.equals("--nodes") || word.startsWith("--nodes=")) {
        return say(
            cli,
            "cannot use --nodes: virtual nodes are not in this version; leave it out",
            CommandException.USAGE);
      }
    }
    String help = command.equals("naru") ? "naru --help" : "naru " + command + " --help";
    return say(
        cli,
        "cannot read the command line: "
            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
            + "; see `"
            + help
            + "`",
        CommandException.USAGE);
  }
}
