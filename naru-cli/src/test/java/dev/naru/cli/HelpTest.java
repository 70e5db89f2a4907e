package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {
  static Iterable<String> commands() {
    return Commands.names();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAnExampleOfItself(String command) {
    Ran ran = Ran.of(Map.of(), command, "--help");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Usage: naru " + command)
        .containsPattern("Examples?:")
        .contains("naru " + command);
    assertThat(ran.out().substring(ran.out().indexOf("Example"))).contains("naru " + command);
  }

  @Test
  void namesAllCommandsAndNoneOfLaterVersions() {
    String help = Ran.of(Map.of(), "--help").out();
    assertThat(help).contains(Commands.names()).contains("Example:");
    assertThat(help.lines().map(String::strip))
        .noneMatch(l -> Commands.LATER.contains(l.split("\\s+", 2)[0]));
    assertThat(Ran.of(Map.of(), "up", "--help").out()).doesNotContain("--nodes");
    assertThat(Ran.of(Map.of(), "drill", "--help").out()).doesNotContain("node=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "simulate"})
  void refusesCommandsOfLaterVersionsInWords(String command) {
    Ran ran = Ran.of(Map.of(), command);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo("naru: cannot run '" + command + "': it is not in this version\n");
  }

  @Test
  void refusesOptionsOfLaterVersionsInWords() {
    Ran nodes = Ran.of(Map.of(), "up", "--nodes", "3");
    assertThat(nodes.code()).isEqualTo(2);
    assertThat(nodes.err())
        .isEqualTo(
            "naru: cannot use --nodes: virtual nodes are not in this version; leave it out\n");
    Ran drill = Ran.of(Map.of(), "drill", "training/fraud", "--kill", "node=1");
    assertThat(drill.code()).isEqualTo(2);
    assertThat(drill.err()).contains("cannot kill a node: it is not in this version");
  }

  @Test
  void misuseIsOneLineWithTheWayToHelp() {
    Ran ran = Ran.of(Map.of(), "get", "--what");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "naru: cannot read the command line: Unknown option: '--what'; see `naru get"
                + " --help`\n");
    assertThat(Ran.of(Map.of(), "frobnicate").code()).isEqualTo(2);
    assertThat(Ran.of(Map.of()).err()).startsWith("naru: cannot run: no command given");
  }

  @Test
  void globalOptionsGoBeforeAndAfterTheCommand() {
    assertThat(Ran.of(Map.of(), "-o", "jason", "get").err()).contains("cannot print as 'jason'");
    assertThat(Ran.of(Map.of(), "get", "-o", "jason").err()).contains("cannot print as 'jason'");
    assertThat(Ran.of(Map.of(), "get", "-p", "A_b").err())
        .contains("cannot use 'A_b' as a project");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completesCommandsOptionsAndKinds(String shell) {
    Ran ran = Ran.of(Map.of(), "completion", shell);
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("describe", "--purge", "inference", "compinit");
  }
}
