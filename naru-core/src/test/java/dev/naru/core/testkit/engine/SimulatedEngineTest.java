package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The simulation does what every engine does, and can be hurt. */
final class SimulatedEngineTest extends EngineContract {
  private final SimulatedBench simulated = new SimulatedBench();

  @Override
  protected EngineBench newBench() {
    return simulated;
  }

  @Test
  void whatCannotBeAskedIsUnknownNotAbsent() {
    Group gang = simulated.gang("fraud", 1, "forever");
    simulated.run(gang);
    simulated.world().disconnect("cut off");
    assertThat(engine().observe(gang.id())).isEqualTo(new Observation.Unknown("cut off"));
    assertThat(engine().ask(new Question.Seal(EngineBench.output())))
        .isEqualTo(new Fact.Unknown("cut off"));
    assertThatThrownBy(() -> engine().apply(gang))
        .isInstanceOfSatisfying(
            NaruException.class,
            e -> assertThat(e.code()).isEqualTo(NaruException.Code.ENGINE_UNREACHABLE));
    simulated.world().reconnect();
    assertThat(simulated.phase(gang.id(), FIRST)).contains(Replica.Phase.RUNNING);
  }

  @Test
  void lostMemberHasNoCode() {
    Group gang = simulated.gang("fraud", 2, "forever");
    simulated.run(gang);
    simulated.world().lose(gang.id(), 1);
    Exit exit = simulated.end(gang.id(), SECOND);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.LOST);
    assertThat(exit.code()).isEqualTo(-1);
  }

  @Test
  void lostNodeTakesItsMembersAndGetsNoOthers() {
    simulated.world().addNode(new Node("node-2", new Cpu(1000), Bytes.ofMebibytes(1024)));
    Group service = simulated.service("serve", 4, "forever");
    simulated.run(service);
    simulated.world().loseNode("node-2");
    assertThat(simulated.seen(service.id()))
        .allMatch(r -> r.node().equals("node-2") == (r.phase() == Replica.Phase.ENDED));
    assertThat(engine().nodes()).extracting(Node::name).containsExactly("node-1");
  }

  @Test
  void startTakesAsLongAsToldAndNoRealTime() {
    simulated.world().startTakes(Duration.ofHours(1));
    Group gang = simulated.gang("fraud", 1, "forever");
    engine().apply(gang);
    simulated.pass(Duration.ofMinutes(59));
    assertThat(simulated.phase(gang.id(), FIRST)).contains(Replica.Phase.STARTING);
    simulated.pass(Duration.ofMinutes(1));
    assertThat(simulated.phase(gang.id(), FIRST)).contains(Replica.Phase.RUNNING);
  }

  @Test
  void equalCallsGiveEqualWorlds() {
    List<List<Replica>> worlds = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      SimulatedBench bench = new SimulatedBench();
      Group gang = bench.gang("fraud", 3, "sleep:100", "progress:{\"step\":1}", "exit:5");
      bench.engine().apply(gang);
      bench.world().advance(Duration.ofMillis(70));
      bench.world().crash(gang.id(), 1, 9);
      bench.world().advance(Duration.ofSeconds(1));
      worlds.add(bench.seen(gang.id()));
    }
    assertThat(worlds.getFirst()).isEqualTo(worlds.getLast());
    assertThat(worlds.getFirst())
        .extracting(r -> r.exit().map(Exit::code))
        .containsExactly(Optional.of(5), Optional.of(9), Optional.of(5));
  }
}
