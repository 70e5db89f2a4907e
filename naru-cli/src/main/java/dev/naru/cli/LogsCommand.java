package dev.naru.cli;

import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.SafeText;
import dev.naru.spec.Kind;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    header = "Prints what the replicas of a workload have written.",
    footer = {
      "",
      "Without an index all replicas, each line with its replica before it.",
      "",
      "Example:",
      "  naru logs training/fraud --rank 1 -f"
    })
final class LogsCommand extends BaseCommand {
  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The workload, such as training/fraud.")
  String target = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with what is written from now on.")
  boolean follow;

  @ArgGroup(exclusive = true)
  @Nullable Index index;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "A run, such as fraud-2. Default: the last.")
  @Nullable String run;

  @Option(names = "--attempt", paramLabel = "N", description = "Of one attempt. Default: the last.")
  @Nullable Integer attempt;

  @Option(
      names = "--tail",
      paramLabel = "N",
      description = "Only the last N lines. Default: all that is kept.")
  @Nullable Integer tail;

  static final class Index {
    @Option(names = "--rank", paramLabel = "N", description = "One rank of a training, from 0.")
    @Nullable Integer rank;

    @Option(
        names = "--shard",
        paramLabel = "N",
        description = "One shard of a preparation, from 0.")
    @Nullable Integer shard;

    @Option(names = "--replica", paramLabel = "N", description = "One replica, from 0.")
    @Nullable Integer replica;
  }

  @Override
  int run() throws Exception {
    if (!table()) {
      throw CommandException.usage(
          "cannot print logs as " + root().output() + ": they are text; leave -o out");
    }
    Target wanted =
        Target.parse(target).only("print logs of", Kind.PREPARATION, Kind.TRAINING, Kind.INFERENCE);
    OneTarget one = OneTarget.open(this, wanted);
    try (InputStream text = one.api().stream(one.path() + "/logs" + query())) {
      if (cli().terminal().out()) {
        escaped(text);
      } else {
        raw(text);
      }
    }
    return 0;
  }

  private String query() {
    List<String> words = new ArrayList<>();
    if (index != null) {
      Integer number =
          index.rank != null ? index.rank : index.shard != null ? index.shard : index.replica;
      words.add("index=" + positive("index", number == null ? 0 : number, 0));
    }
    if (run != null) {
      words.add("run=" + dev.naru.cli.api.Api.encode(run));
    }
    if (attempt != null) {
      words.add("attempt=" + positive("--attempt", attempt, 1));
    }
    if (tail != null) {
      words.add("tail=" + positive("--tail", tail, 0));
    }
    if (follow) {
      words.add("follow=true");
    }
    return words.isEmpty() ? "" : "?" + String.join("&", words);
  }

  private static int positive(String what, int number, int least) {
    if (number < least) {
      throw CommandException.usage(
          "cannot use " + what + " " + number + ": expected at least " + least);
    }
    return number;
  }

  private void raw(InputStream text) throws java.io.IOException {
    byte[] part = new byte[8192];
    for (int n = text.read(part); n >= 0; n = text.read(part)) {
      cli().out().write(part, 0, n);
      cli().out().flush();
      if (cli().out().checkError()) {
        return; // the reader of the pipe has left
      }
    }
  }

  private void escaped(InputStream text) throws java.io.IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      cli().out().println(SafeText.lines(line));
    }
  }
}
