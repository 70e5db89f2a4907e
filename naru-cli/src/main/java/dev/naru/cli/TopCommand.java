package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "top",
    header = "Draws what the work is made of: preparation, training, inference, free.",
    footer = {
      "",
      "Reserved and really used, CPU and memory, per node and in all.",
      "",
      "Example:",
      "  naru top -w"
    })
final class TopCommand extends BaseCommand {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Option(
      names = {"-w", "--watch"},
      description = "Goes on, once a second, until Ctrl-C.")
  boolean watch;

  @Override
  int run() throws Exception {
    ControlPlane plane = cli().controlPlane();
    boolean live = watch && table() && cli().terminal().out();
    int drawn = 0;
    do {
      Api api = plane.connect();
      JsonNode top = api.get("/api/v1/top");
      drawn = print(top, live, drawn);
      if (watch) {
        Thread.sleep(PAUSE);
      }
    } while (watch && !cli().out().checkError());
    return 0;
  }

  /** Returns how many lines to go back over before the next. */
  private int print(JsonNode top, boolean live, int drawn) throws IOException {
    if (!table()) {
      if (watch && root().output() == Output.JSON) {
        cli().out().println(Json.line(top));
      } else {
        cli().print(top, root().output());
      }
      return 0;
    }
    String text = TopText.of(top, cli().terminal().width(), cli().terminal());
    if (!live) {
      cli().out().print(watch ? text + "\n" : text);
      return 0;
    }
    StringBuilder frame = new StringBuilder(drawn > 0 ? "\033[" + drawn + "A" : "");
    text.lines().forEach(line -> frame.append("\r\033[K").append(line).append('\n'));
    cli().out().print(frame.append("\033[J"));
    cli().out().flush();
    return (int) text.lines().count();
  }
}
