package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import dev.naru.spec.SecretFile;
import dev.naru.spec.TreeDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Secrets of members. */
public interface SecretClaims extends EngineClaims {
  /** What is kept secret here. */
  String VALUE = "tr0ub4dor-of-the-contract";

  /** A group whose members have the secret {@code token} in the file {@code token.txt}. */
  private static Group withToken(Group group) {
    return EngineBench.secrets(group, List.of(new SecretFile("token", Optional.of("token.txt"))));
  }

  @Test
  default void membersFindTheirSecretsInFiles() {
    bench().setSecret("token", VALUE);
    Group gang = withToken(bench().gang("fraud", 2, "hash:NARU_SECRETS_DIR/token.txt", "forever"));
    bench().run(gang);
    for (Member member : gang.members()) {
      bench().line(gang.id(), member, "hash=" + TreeDigest.ofText(VALUE));
    }
  }

  @Test
  default void replicaThatIsStartedLaterFindsItsSecretsToo() {
    bench().setSecret("token", VALUE);
    Group service =
        withToken(bench().service("serve", 1, "hash:NARU_SECRETS_DIR/token.txt", "forever"));
    bench().run(service);
    bench().line(service.id(), FIRST, "hash=" + TreeDigest.ofText(VALUE));
    bench().run(EngineBench.with(service, EngineBench.members(2)));
    bench().line(service.id(), SECOND, "hash=" + TreeDigest.ofText(VALUE));
  }

  @Test
  default void memberWaitsForASecretThatIsMissing() {
    Group shards =
        withToken(bench().shards("prep", 1, "hash:NARU_SECRETS_DIR/token.txt", "forever"));
    engine().apply(shards);
    bench()
        .until(
            "the missing secret is named",
            () -> bench().replica(shards.id(), FIRST).message().matches(".*['\"]token['\"].*"));
    assertThat(bench().phase(shards.id(), FIRST)).contains(Replica.Phase.STARTING);
    bench().setSecret("token", VALUE);
    bench().line(shards.id(), FIRST, "hash=" + TreeDigest.ofText(VALUE));
  }

  @Test
  default void valuesAreHiddenInLogs() {
    needs(Ability.HIDDEN_VALUES);
    bench().setSecret("token", VALUE);
    Group shards = withToken(bench().shards("prep", 1, "cat:NARU_SECRETS_DIR/token.txt"));
    engine().apply(shards);
    bench().end(shards.id(), FIRST);
    assertThat(bench().lines(shards.id(), FIRST)).containsExactly("***");
    engine().remove(shards.id(), Duration.ZERO);
    bench().gone(shards.id());
    assertThat(bench().keptLines(shards.id(), FIRST)).allMatch("***"::equals);
  }
}
