package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeysTest {
  @TempDir private Path home;

  private Ran keys(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "keys";
    System.arraycopy(args, 0, all, 1, args.length);
    return Ran.of(Map.of("NARU_HOME", home.toString()), all);
  }

  private JsonNode list() throws IOException {
    Ran ran = keys("list", "-o", "json");
    assertThat(ran.code()).as(ran.err()).isZero();
    return Json.read(ran.out().getBytes(StandardCharsets.UTF_8)).path("keys");
  }

  @Test
  void exportMakesTheFirstKeyAndPrintsNothingButIt() {
    Ran first = keys("export");

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .startsWith("-----BEGIN PUBLIC KEY-----\nMFkw")
        .endsWith("\n-----END PUBLIC KEY-----\n");
    assertThat(keys("export").out()).isEqualTo(first.out());
    assertThat(keys("list").out()).startsWith("KEY ").contains("current   2026-11-02T10:00:00Z");
  }

  @Test
  void theKeyOfATokenIsNamedInFull() throws IOException {
    assertThat(keys("create", "--pkcs11", "hsm.cfg").err()).contains("--alias go together");
    assertThat(keys("create", "--pin-file", "pin").err()).contains("--alias go together");
    assertThat(keys("list", "--alias", "naru").err())
        .contains("only naru keys create and rotate take them");
    Ran none = keys("create", "--pkcs11", "/nothing/hsm.cfg", "--alias", "naru");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err())
        .contains("cannot use key 'naru' of the token of /nothing/hsm.cfg: there is no such file");
    assertThat(list()).isEmpty();
  }

  @Test
  void aKeyIsMadeReplacedAndRevoked() throws IOException {
    assertThat(keys("list").err()).startsWith("naru: this home has no key yet");
    String first = keys("create").out().strip();
    assertThat(first).matches("[0-9a-f]{64}");
    assertThat(keys("create").code()).isEqualTo(1);
    assertThat(keys("rotate").err()).contains("cannot ask").contains("is removed for good");
    String second = keys("rotate", "--yes").out().strip();
    assertThat(list()).extracting(k -> k.path("state").asText()).containsExactly("old", "current");
    assertThat(keys("export", first.substring(0, 12)).out()).isNotEqualTo(keys("export").out());

    Ran unasked = keys("revoke", second.substring(0, 8));
    assertThat(unasked.code()).isEqualTo(2);
    assertThat(unasked.err()).contains("alone has signed is refused from now on");
    Ran revoked = keys("revoke", second.substring(0, 8), "--reason", "lost", "-y");
    assertThat(revoked.code()).as(revoked.err()).isZero();
    assertThat(revoked.err()).startsWith("naru: revoked key " + second.substring(0, 12));
    assertThat(list().get(1).path("reason").asText()).isEqualTo("lost");
    assertThat(keys("revoke", second, "-y").err()).startsWith("naru: nothing to do: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'frobnicate', expected create, list, rotate, revoke, export",
    "'list 12345678', takes no KEY; leave it out",
    "'create --reason x', only naru keys revoke takes it",
    "'export --yes', asks nothing",
    "'revoke', name the key by the first digits",
    "'revoke 12345678 -y', cannot find the key '12345678'",
    "'export zz', naru keys list shows them"
  })
  void refusesInWordsWhatItCannotDo(String args, String words) {
    Ran ran = keys(args.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("naru: cannot ").contains(words);
    assertThat(home).isEmptyDirectory();
  }
}
