package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What members are given: design.md, "Contract with a workload". */
public interface IdentityClaims extends EngineClaims {
  /** Words that print variables. */
  private static String[] print(String... names) {
    List<String> words = new ArrayList<>();
    for (String name : names) {
      words.add("env:" + name);
    }
    words.add("forever");
    return words.toArray(new String[0]);
  }

  @Test
  default void ranksKnowTheirGang() {
    Group gang =
        bench()
            .gang(
                "fraud",
                2,
                print(
                    "NARU_RANK",
                    "NARU_WORLD_SIZE",
                    "NARU_COORDINATOR",
                    "RANK",
                    "WORLD_SIZE",
                    "LOCAL_RANK",
                    "MASTER_ADDR",
                    "MASTER_PORT"));
    bench().run(gang);
    for (Member member : gang.members()) {
      String rank = Integer.toString(member.index());
      assertThat(bench().env(gang.id(), member, "NARU_RANK")).isEqualTo(rank);
      assertThat(bench().env(gang.id(), member, "RANK")).isEqualTo(rank);
      assertThat(bench().env(gang.id(), member, "NARU_WORLD_SIZE")).isEqualTo("2");
      assertThat(bench().env(gang.id(), member, "WORLD_SIZE")).isEqualTo("2");
      assertThat(bench().env(gang.id(), member, "LOCAL_RANK")).isEqualTo("0");
      assertThat(bench().env(gang.id(), member, "NARU_COORDINATOR"))
          .isEqualTo(
              bench().env(gang.id(), FIRST, "MASTER_ADDR")
                  + ":"
                  + bench().env(gang.id(), FIRST, "MASTER_PORT"));
    }
  }

  @Test
  default void coordinatorIsNewForEachAttempt() {
    Group gang = bench().gang("fraud", 1, print("NARU_COORDINATOR"));
    Set<String> coordinators = new HashSet<>();
    for (int attempt = 1; attempt <= 3; attempt++) {
      Group next = EngineBench.attempt(gang, attempt);
      engine().apply(next);
      coordinators.add(bench().env(next.id(), FIRST, "NARU_COORDINATOR"));
    }
    assertThat(coordinators).hasSize(3);
  }

  @Test
  default void ranksMeetAtTheCoordinator() {
    Group gang = EngineBench.linked(bench().gang("fraud", 3, "meet", "forever"));
    bench().run(gang);
    for (Member member : gang.members()) {
      bench().line(gang.id(), member, "met");
    }
  }

  @Test
  default void shardsKnowTheirPart() {
    Group shards = bench().shards("prep", 3, print("NARU_SHARD", "NARU_SHARDS", "NARU_RANK"));
    engine().apply(shards);
    for (Member member : shards.members()) {
      assertThat(bench().env(shards.id(), member, "NARU_SHARD"))
          .isEqualTo(Integer.toString(member.index()));
      assertThat(bench().env(shards.id(), member, "NARU_SHARDS")).isEqualTo("3");
      assertThat(bench().env(shards.id(), member, "NARU_RANK")).isEqualTo("null");
    }
  }

  @Test
  default void environmentIsThatOfTheTemplateToTheLetter() {
    Group gang =
        bench().gang("fraud", 1, print("GREETING", "NARU_RUN", "NARU_GRACE_SECONDS", "NARU_HOME"));
    engine().apply(gang);
    assertThat(bench().env(gang.id(), FIRST, "GREETING")).isEqualTo("hello, 'you' $HOME");
    assertThat(bench().env(gang.id(), FIRST, "NARU_RUN")).isEqualTo("contract-1");
    assertThat(bench().env(gang.id(), FIRST, "NARU_GRACE_SECONDS")).isEqualTo("20");
    assertThat(bench().env(gang.id(), FIRST, "NARU_HOME")).isEqualTo("null");
  }

  @Test
  default void argumentsArriveToTheLetter() {
    String text = "a  b \"c\" 'd' $(exit 1) ; * \\ é 나루 -- %s";
    Group gang = bench().gang("fraud", 1, "write:NARU_OUTPUT/text=" + text, "exit:0");
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertThat(bench().read(EngineBench.output().resolve("text"))).contains(text);
  }

  @Test
  default void directoriesAreSharedByAllMembers() {
    Group gang = bench().gang("fraud", 1, "write:NARU_OUTPUT/part=of it", "exit:0");
    Group shards = bench().shards("prep", 1, "await:NARU_OUTPUT/part", "exit:0");
    engine().apply(shards);
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertThat(bench().end(shards.id(), FIRST).code()).isZero();
    assertThat(bench().read(EngineBench.output().resolve("part"))).contains("of it");
  }

  @Test
  default void temporaryDirectoryIsEachOnesOwnAndIsRemovedAtTheEnd() {
    Group shards = bench().shards("prep", 2, "tmp", "await:NARU_OUTPUT/go", "exit:0");
    engine().apply(shards);
    String first = bench().env(shards.id(), FIRST, "tmp");
    String second = bench().env(shards.id(), SECOND, "tmp");
    assertThat(bench().hasTemporary(shards.id(), FIRST, first)).isTrue();
    engine().kill(shards.id(), 0);
    bench().end(shards.id(), FIRST);
    bench()
        .until(
            "it is removed after a kill", () -> !bench().hasTemporary(shards.id(), FIRST, first));
    assertThat(bench().hasTemporary(shards.id(), SECOND, second)).isTrue();
    bench().write(EngineBench.output().resolve("go"), "");
    bench().end(shards.id(), SECOND);
    bench()
        .until(
            "it is removed after the end",
            () -> !bench().hasTemporary(shards.id(), SECOND, second));
  }

  @Test
  default void servesAtTheAddressThatIsTold() {
    Group service = bench().service("serve", 2, bench().listen(), "forever");
    bench().run(service);
    Set<String> addresses = new HashSet<>();
    for (Member member : service.members()) {
      bench().line(service.id(), member, "listening");
      String address = bench().replica(service.id(), member).address().orElseThrow();
      assertThat(bench().answers(address)).isTrue();
      addresses.add(address);
    }
    assertThat(addresses).hasSize(2);
    engine().apply(service);
    assertThat(bench().seen(service.id()))
        .extracting(r -> r.address().orElseThrow())
        .containsExactlyInAnyOrderElementsOf(addresses);
  }

  @Test
  default void portIsToldToTheMember() {
    Group service = bench().service("serve", 1, print("NARU_PORT", "PORT"));
    bench().run(service);
    String port = bench().env(service.id(), FIRST, "NARU_PORT");
    assertThat(bench().env(service.id(), FIRST, "PORT")).isEqualTo(port);
    assertThat(bench().replica(service.id(), FIRST).address().orElseThrow()).endsWith(":" + port);
  }

  @Test
  default void membersOfRunsHaveNoAddress() {
    Group gang = bench().gang("fraud", 1, "forever");
    bench().run(gang);
    assertThat(bench().seen(gang.id())).extracting(Replica::address).allMatch(a -> a.isEmpty());
  }
}
