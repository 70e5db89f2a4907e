package dev.naru.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Specs;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import dev.naru.spec.Training;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReservationsTest {
  private static final Resources EACH = new Resources(new Cpu(1000), Bytes.ofMebibytes(256));

  private static Node node(String name, String... counted) {
    return new Node(name, new Cpu(2000), Bytes.ofMebibytes(8192), Set.of(counted));
  }

  /** A Training of four ranks of one cpu each, of which one attempt was decided. */
  private static Stored gang() {
    Training training = Specs.training("workers: 4, resources: {cpu: '1'}");
    Attempt attempt =
        Attempt.planned(1, 0, Instant.EPOCH).resuming(0, Optional.empty()).starting(Instant.EPOCH);
    Run run =
        new Run(
            1,
            "key",
            Run.Cause.FILE,
            training,
            "sha256:1",
            Specs.JAVA,
            new TreeMap<>(),
            Run.Phase.ACTIVE,
            List.of(attempt),
            0,
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "",
            Instant.EPOCH,
            Optional.empty());
    return Specs.stored(training, new State.OfRuns(List.of(run), 1, List.of(), Optional.empty()));
  }

  private static Capacity free(List<Node> nodes, Observation observed) {
    Stored gang = gang();
    Map<GroupId, Observation> all = Map.of(RunGroups.gangId(gang.key(), 1, 1), observed);
    return Reservations.free(nodes, Reservations.of(List.of(gang), all, nodes));
  }

  private static Replica rank(int index, String node) {
    return new Replica(
        new Member(index, 0),
        Replica.Phase.RUNNING,
        Optional.empty(),
        "pod-" + index,
        node,
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        "");
  }

  @Test
  void aGangThatIsNowhereYetLeavesNoRoomForAnotherOne() {
    List<Node> nodes = List.of(node("n1"), node("n2"), node("n3"));
    Capacity free = free(nodes, new Observation.Seen(List.of()));

    assertThat(free.place(2, EACH)).isPresent();
    assertThat(free.place(3, EACH)).isEmpty();
  }

  @Test
  void whatTheEngineHasTakenOffAlreadyIsNotTakenOffAgain() {
    List<Node> nodes = List.of(node("n1", "p/pod-0", "p/pod-1"), node("n2"), node("n3"));
    Capacity free =
        free(
            nodes,
            new Observation.Seen(
                List.of(rank(0, "n1"), rank(1, "n1"), rank(2, "n2"), rank(3, ""))));

    assertThat(free.nodes())
        .extracting(Node::cpu)
        .containsExactly(new Cpu(1000), new Cpu(1000), new Cpu(2000));
  }

  @Test
  void whereThereIsNoRoomLeftItCountsAllTheSame() {
    assertThat(free(List.of(node("n1")), new Observation.Absent()).nodes())
        .extracting(Node::cpu)
        .containsExactly(Cpu.ZERO);
  }
}
