package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What members cannot reach. */
public interface LinkClaims extends EngineClaims {
  @Test
  default void whatIsNotDeclaredCannotBeReached() {
    needs(Ability.CONNECTIONS);
    needs(Ability.DENIED_LINKS);
    Group service = bench().service("serve", 1, bench().listen(), "forever");
    bench().run(service);
    bench().line(service.id(), FIRST, "listening");
    String address = bench().replica(service.id(), FIRST).address().orElseThrow();
    assertThat(bench().answers(address)).isTrue();
    Group stranger = bench().gang("fraud", 1, "dial:" + address, "exit:0");
    engine().apply(stranger);
    bench().end(stranger.id(), FIRST);
    assertThat(bench().lines(stranger.id(), FIRST))
        .singleElement()
        .asString()
        .startsWith("answer=none");
  }

  @Test
  default void whatIsAnInputCannotBeWritten() {
    needs(Ability.READ_ONLY_INPUTS);
    Location input = EngineBench.output().resolve("rows-1");
    bench().write(input.resolve("rows"), "1");
    Group gang =
        EngineBench.dirs(
            bench().gang("fraud", 1, "write:NARU_INPUT_ROWS/rows=2", "exit:0"),
            List.of(new Dir("NARU_INPUT_ROWS", input, false)));
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isNotZero();
    assertThat(bench().read(input.resolve("rows"))).contains("1");
  }

  @Test
  default void filesOfTheMachineAreNotSeen() {
    needs(Ability.OWN_FILES);
    String path = bench().fileOfTheMachine();
    Group gang = bench().gang("fraud", 1, "sees:" + path, "exit:0");
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertThat(bench().lines(gang.id(), FIRST)).containsExactly("sees=false");
  }
}
