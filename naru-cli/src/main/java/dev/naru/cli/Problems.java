package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.SafeText;
import dev.naru.spec.reading.Problem;
import java.util.List;

/** What is wrong with a file, one line each: {@code file:line:column path: what}. */
final class Problems {
  private Problems() {}

  /** A problem as the control plane tells it. */
  static String line(JsonNode problem) {
    return new Problem(
            problem.path("file").asText(),
            problem.path("line").asInt(),
            problem.path("column").asInt(),
            problem.path("path").asText(),
            problem.path("message").asText())
        .toString();
  }

  /** Prints them all; the returned exception ends the command. */
  static CommandException refuse(Cli cli, String path, List<Problem> problems) {
    for (Problem problem : problems) {
      cli.err().println(SafeText.line(problem.toString()));
    }
    return CommandException.usage(
        "cannot use "
            + path
            + ": "
            + problems.size()
            + (problems.size() == 1 ? " problem" : " problems")
            + ", nothing was started; correct the file and try again");
  }
}
