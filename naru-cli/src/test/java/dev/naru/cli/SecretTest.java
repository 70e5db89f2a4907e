package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecretTest {
  private static final String VALUE = "tr0ub4dor and three";

  @TempDir private Path home;

  private Map<String, String> env() {
    return Map.of("NARU_HOME", home.toString());
  }

  private Ran secret(String input, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "secret";
    System.arraycopy(args, 0, all, 1, args.length);
    return Ran.withInput(env(), input, all);
  }

  @Test
  void aSecretIsSetReplacedListedAndRemovedAndNeverShown() throws IOException {
    assertThat(secret("", "list").err()).startsWith("naru: there is no secret yet");
    Ran set = secret(VALUE, "set", "token", "-p", "finance");
    assertThat(set.code()).as(set.err()).isZero();
    assertThat(set.out()).isEmpty();
    assertThat(set.err()).isEqualTo("naru: set the secret token of project finance\n");
    Ran again = secret(VALUE, "set", "token", "-p", "finance", "-o", "json");
    assertThat(again.err()).contains("replicas that start from now on get the new value");
    assertThat(secret("", "list").out())
        .isEqualTo("PROJECT   NAME    CHANGED\nfinance   token   2026-11-02T10:00:00Z\n");
    JsonNode list =
        Json.read(secret("", "list", "-o", "json").out().getBytes(StandardCharsets.UTF_8));
    assertThat(list.path("secrets").get(0).path("project").asText()).isEqualTo("finance");
    assertThat(secret("", "list", "-p", "other").out()).isEqualTo("PROJECT   NAME   CHANGED\n");
    assertThat(secret("", "rm", "token", "-p", "finance").code()).isZero();
    assertThat(secret("", "rm", "token", "-p", "finance").code()).isEqualTo(2);
    assertThat(set + "" + again).doesNotContain("tr0ub4dor");
  }

  @Test
  void takesTheValueFromAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("value"), VALUE);
    Ran set = secret("", "set", "token", "-p", "finance", "--file", file.toString());
    assertThat(set.code()).as(set.err()).isZero();
    Ran missing = secret("", "set", "token", "-p", "finance", "-f", folder.resolve("x").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("there is no such file");
  }

  @Test
  void doesNotReadFromATerminal() {
    Ran ran =
        Ran.in(
            new Terminal(true, true, true, Map.of()),
            env(),
            VALUE,
            "secret",
            "set",
            "token",
            "-p",
            "finance");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("cannot read the value from a terminal, which would show it");
    assertThat(home).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "'frobnicate x', 'expected set, list, rm'",
    "'list x', takes no NAME; leave it out",
    "'set', without its name",
    "'rm -p finance', without its name",
    "'rm token -p finance --file x', only naru secret set takes it",
    "'set token', give it with -p NAME",
    "'set Token -p finance', expected lower-case letters",
    "'set token -p finance', 'expected 1 to 65536 bytes, found none'",
    "'set token -p finance --engine kubernetes', kubectl create secret generic"
  })
  void refusesInWordsWhatItCannotDo(String args, String words) {
    Ran ran = secret("", args.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("naru: cannot ").contains(words);
    assertThat(home).isEmptyDirectory();
  }
}
