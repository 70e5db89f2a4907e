package dev.naru.cli;

import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Asks before something would be replaced or lost. */
final class Confirm {
  private Confirm() {}

  /**
   * Returns where the answer is yes.
   *
   * @param yes whether {@code --yes} was given
   */
  static void ask(Cli cli, boolean yes, String question) throws IOException {
    if (yes) {
      return;
    }
    if (!cli.terminal().in() || !cli.terminal().err()) {
      throw CommandException.usage(
          "cannot ask: this is not a terminal; " + question + " Say so with --yes");
    }
    cli.err().print("naru: " + question + " Go on? [y/N] ");
    cli.err().flush();
    String answer = line(cli.in()).strip();
    if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
      throw CommandException.usage("cannot go on: you did not say yes; nothing was changed");
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 100; c = in.read()) {
      line.append((char) c);
    }
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
