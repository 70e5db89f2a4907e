package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");

  @TempDir Path home;

  private HomeKeys keys() {
    return new HomeKeys(home, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static String failure(Runnable work) {
    try {
      work.run();
      return "did not fail";
    } catch (NaruException e) {
      return e.code().exitCode() + ": " + e.getMessage();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void makesAKeyAtFirstNeedForItsOwnerOnly() throws IOException {
    assertThat(keys().current()).isEmpty();
    assertThat(home.resolve("keys")).doesNotExist();

    SignKey made = keys().signing();

    assertThat(keys().signing().shown()).isEqualTo(made.shown());
    assertThat(keys().list())
        .containsExactly(
            new HomeKey(
                made.shown(), NOW, HomeKey.State.CURRENT, Optional.empty(), "", Optional.empty()));
    assertThat(mode(home.resolve("keys"))).isEqualTo("rwx------");
    assertThat(mode(home.resolve("keys/keys.json"))).isEqualTo("rw-------");
    Path secret = home.resolve("keys/" + made.shown().id() + ".pem");
    assertThat(mode(secret)).isEqualTo("rw-------");
    assertThat(secret).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(home.resolve("keys/keys.json")).content().doesNotContain("PRIVATE");
  }

  @Test
  void createRefusesWhereThereIsOne() {
    VerifyKey made = keys().create(Optional.empty());

    assertThat(failure(() -> keys().create(Optional.empty())))
        .isEqualTo(
            "1: cannot create a key: there is "
                + made
                + ", which signs; replace it by naru keys rotate");
  }

  @Test
  void anOldKeyIsTrustedAndCanSignNoMore() {
    VerifyKey first = keys().create(Optional.empty());
    VerifyKey second = keys().rotate(Optional.empty());

    assertThat(keys().signing().shown()).isEqualTo(second);
    assertThat(keys().keySet()).isEqualTo(new KeySet(List.of(first, second), List.of()));
    assertThat(home.resolve("keys/" + first.id() + ".pem")).doesNotExist();
  }

  @Test
  void aRevokedKeyIsNotTrustedAndTheNextNeedMakesAnother() {
    VerifyKey first = keys().create(Optional.empty());

    HomeKey revoked = keys().revoke(first.shortId(), "laptop lost");

    assertThat(revoked.revoked()).contains(NOW);
    assertThat(keys().revoke(first.id(), "again")).isEqualTo(revoked);
    assertThat(home.resolve("keys/" + first.id() + ".pem")).doesNotExist();
    assertThat(keys().keySet()).isEqualTo(new KeySet(List.of(), List.of(first)));
    SignKey second = keys().signing();
    assertThat(second.shown()).isNotEqualTo(first);
    assertThat(keys().list()).extracting(HomeKey::reason).containsExactly("laptop lost", "");
  }

  @Test
  void findsAKeyByTheFirstDigitsOfItsIdentityOnly() {
    VerifyKey key = keys().create(Optional.empty());

    assertThat(keys().find(key.id().substring(0, 8)).key()).isEqualTo(key);
    for (String wrong : List.of(key.id().substring(0, 7), "", "../../etc", key.id() + "0")) {
      assertThat(failure(() -> keys().find(wrong)))
          .startsWith("2: cannot find the key '" + wrong + "'")
          .endsWith("naru keys list shows them");
    }
  }

  @Test
  void refusesASecretThatOthersMayHaveRead() throws IOException {
    VerifyKey key = keys().create(Optional.empty());
    Path secret = home.resolve("keys/" + key.id() + ".pem");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(failure(() -> keys().signing()))
        .contains("its file is rw-r--r--, expected rw-------")
        .contains("chmod 600 " + secret);
  }

  @Test
  void refusesASecretOfAnotherKeyAndAMissingOne() throws IOException {
    VerifyKey key = keys().create(Optional.empty());
    Path secret = home.resolve("keys/" + key.id() + ".pem");
    String other = SignKey.generate().pem();
    for (String wrong : List.of(other, other + other, "no key", other.replace("M", "N"))) {
      Files.writeString(secret, wrong);
      assertThat(failure(() -> keys().signing()))
          .startsWith("1: cannot sign with " + key)
          .endsWith("or run naru keys rotate to sign with a new one");
    }
    Files.delete(secret);
    assertThat(failure(() -> keys().signing())).contains("is missing");
  }

  @Test
  void aDamagedListIsNoEmptyOne() throws IOException {
    keys().create(Optional.empty());
    Path list = home.resolve("keys/keys.json");
    String good = Files.readString(list);
    for (String bad :
        List.of(
            "",
            "{}",
            good.substring(0, 99),
            good.replace("current", "trusted"),
            good.replaceFirst("\"id\" : \"..", "\"id\" : \"zz"),
            good.replace("PUBLIC", "PRIVATE"))) {
      Files.writeString(list, bad);
      assertThat(failure(() -> keys().signing())).as(bad).startsWith("1: cannot read " + list);
      assertThat(failure(() -> keys().keySet())).contains("restore it from a copy");
    }
  }

  @Test
  void manyThatNeedTheFirstKeyGetTheSameOne() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<VerifyKey>> all =
          threads.invokeAll(java.util.Collections.nCopies(16, () -> keys().signing().shown()));
      for (Future<VerifyKey> one : all) {
        assertThat(one.get()).isEqualTo(keys().list().getFirst().key());
      }
    }
    assertThat(keys().list()).hasSize(1);
  }
}
