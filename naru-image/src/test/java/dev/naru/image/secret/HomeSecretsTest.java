package dev.naru.image.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HomeSecretsTest {
  private static final String VALUE = "tr0ub4dor and three\n";

  @TempDir private Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private HomeSecrets secrets;

  @BeforeEach
  void open() {
    secrets = new HomeSecrets(home, Clock.systemUTC());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Path file(String name) {
    return home.resolve("secrets/finance").resolve(name);
  }

  @Test
  void givesBackWhatWasSetByteForByte() {
    assertThat(secrets.set("finance", "token", bytes(VALUE))).isTrue();
    assertThat(secrets.value("finance", "token")).contains(bytes(VALUE));
    assertThat(secrets.set("finance", "token", new byte[] {0, -1})).isFalse();
    assertThat(new HomeSecrets(home, Clock.systemUTC()).value("finance", "token"))
        .contains(new byte[] {0, -1});
    assertThat(secrets.value("other", "token")).isEmpty();
  }

  @Test
  void nothingInTheHomeHoldsTheValue() throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    try (Stream<Path> files = Files.walk(home)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(path, UTF_8)).as(path.toString()).doesNotContain("tr0ub4dor");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo("rw-------");
      }
    }
    assertThat(file("token")).exists();
    assertThat(home.resolve("keys/secrets.key")).exists();
  }

  @Test
  void equalValuesLookDifferent() throws IOException {
    secrets.set("finance", "a", bytes(VALUE));
    secrets.set("finance", "b", bytes(VALUE));
    assertThat(Files.readString(file("a")).lines().skip(2).toList())
        .isNotEqualTo(Files.readString(file("b")).lines().skip(2).toList());
  }

  @Test
  void listsByProjectAndName() {
    secrets.set("finance", "b", bytes(VALUE));
    secrets.set("finance", "a", bytes(VALUE));
    secrets.set("bank", "c", bytes(VALUE));
    assertThat(secrets.list())
        .extracting(s -> s.project() + "/" + s.name())
        .containsExactly("bank/c", "finance/a", "finance/b");
    assertThat(secrets.list("bank")).hasSize(1);
    assertThat(secrets.list("none")).isEmpty();
  }

  @Test
  void removedIsGoneAndTheNextRemovalSaysSo() {
    secrets.set("finance", "token", bytes(VALUE));
    secrets.remove("finance", "token");
    assertThat(secrets.value("finance", "token")).isEmpty();
    assertThatThrownBy(() -> secrets.remove("finance", "token"))
        .isInstanceOf(NaruException.class)
        .hasMessage(
            "cannot remove the secret 'token': project finance has none of that name; naru secret"
                + " list shows them");
  }

  @Test
  void fileUnderAnotherNameDoesNotOpen() throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    secrets.set("finance", "other", bytes("something else"));
    Files.copy(file("token"), file("other"), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> secrets.value("finance", "other"))
        .hasMessageContaining("cannot read the secret 'other' of project finance")
        .hasMessageContaining("it was changed, or was not encrypted with")
        .hasMessageContaining("naru secret set other -p finance");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 14, 20, 40, 60, 70})
  void cutShortIsToldInWords(int length) throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    Files.writeString(file("token"), Files.readString(file("token")).substring(0, length));
    assertThatThrownBy(() -> secrets.value("finance", "token"))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("is damaged")
        .hasMessageContaining("set it again");
  }

  @Test
  void everyChangedCharacterIsFound() throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    String good = Files.readString(file("token"));
    for (int i = 0; i < good.length(); i++) {
      char other = good.charAt(i) == '1' ? '2' : '1';
      Files.writeString(file("token"), good.substring(0, i) + other + good.substring(i + 1));
      assertThatThrownBy(() -> secrets.value("finance", "token"))
          .as("character " + i)
          .isInstanceOf(NaruException.class);
    }
    Files.writeString(file("token"), good);
    assertThat(secrets.value("finance", "token")).contains(bytes(VALUE));
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    Files.setPosixFilePermissions(
        home.resolve("keys/secrets.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> secrets.value("finance", "token"))
        .hasMessageContaining("expected rw-------: others may have read it");
  }

  @Test
  void aLostOrDamagedKeyIsToldInWords() throws IOException {
    secrets.set("finance", "token", bytes(VALUE));
    Path key = home.resolve("keys/secrets.key");
    Files.writeString(key, "zz");
    assertThatThrownBy(() -> secrets.value("finance", "token"))
        .hasMessageContaining("is damaged, expected 64 hexadecimal digits");
    Files.delete(key);
    assertThatThrownBy(() -> secrets.value("finance", "token"))
        .hasMessageContaining("is missing; restore it, or set the secrets again");
  }

  @Test
  void refusesNamesAndSizes() {
    for (String name : List.of("", "../key", "A", "a".repeat(41))) {
      assertThatThrownBy(() -> secrets.set("finance", name, bytes(VALUE)))
          .hasMessageContaining("as the name of a secret or its project: expected lower-case");
    }
    assertThatThrownBy(() -> secrets.set("finance", "token", new byte[0]))
        .hasMessage("cannot set the secret 'token': expected 1 to 65536 bytes, found none");
    assertThatThrownBy(() -> secrets.set("finance", "token", new byte[65537]))
        .hasMessage("cannot set the secret 'token': expected 1 to 65536 bytes, found 65537");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void redactorKnowsAValueAsSoonAsItIsSet() {
    assertThat(secrets.redactor("finance").redact("tr0ub4dor and three"))
        .isEqualTo("tr0ub4dor and three");
    secrets.set("finance", "token", bytes(VALUE));
    assertThat(secrets.redactor("finance").redact("tr0ub4dor and three")).isEqualTo("***");
    secrets.set("finance", "token", bytes("correct horse"));
    assertThat(secrets.redactor("finance").redact("correct horse")).isEqualTo("***");
    secrets.remove("finance", "token");
    assertThat(secrets.redactor("finance").redact("correct horse")).isEqualTo("correct horse");
  }
}
