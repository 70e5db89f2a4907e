package dev.naru.cli;

import dev.naru.cli.talk.CommandException;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    header = "Prints what a shell needs to complete commands, options and kinds.",
    footer = {
      "",
      "Examples:",
      "  source <(naru completion bash)     # in ~/.bashrc",
      "  source <(naru completion zsh)      # in ~/.zshrc"
    })
final class CompletionCommand extends BaseCommand {
  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  String shell = "";

  @Override
  int run() {
    if (!List.of("bash", "zsh").contains(shell)) {
      throw CommandException.usage("cannot complete in '" + shell + "': expected bash or zsh");
    }
    // One script does for both: it turns on zsh's own reading of bash completions.
    cli().out().print(AutoComplete.bash("naru", Main.commandLine(cli())));
    return 0;
  }
}
