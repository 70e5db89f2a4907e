package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/reference/cli.md");

  @Test
  void pageOfCommandsIsMadeFromTheCommands() throws IOException {
    String page = page();
    if (Boolean.getBoolean("naru.regenerate")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/reference/cli.md; `mvn -pl naru-cli -am test -Dnaru.regenerate=true` makes it"
                + " anew")
        .isEqualTo(page);
  }

  private static String page() {
    StringBuilder page = new StringBuilder(Golden.resource("cli.frame.md"));
    page.append("\n## naru\n\n").append(help());
    for (String command : Commands.names()) {
      page.append("\n## naru ").append(command).append("\n\n").append(help(command));
    }
    return page.toString();
  }

  private static String help(String... command) {
    String[] args = java.util.Arrays.copyOf(command, command.length + 1);
    args[command.length] = "--help";
    return "```text\n" + Ran.of(Map.of(), args).out().stripTrailing() + "\n```\n";
  }
}
