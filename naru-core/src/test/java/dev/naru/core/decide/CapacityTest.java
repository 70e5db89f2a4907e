package dev.naru.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final Resources EACH = new Resources(new Cpu(1000), Bytes.ofMebibytes(1024));

  private static Node node(String name, int cpu, int mebibytes) {
    return new Node(name, new Cpu(cpu), Bytes.ofMebibytes(mebibytes));
  }

  @Test
  void holdsNothingBackOnNodesThatMayNotBeLookedAt() {
    Capacity unseen = new Capacity(List.of(Node.UNSEEN)).without("n1", EACH).without("", EACH);

    assertThat(unseen.place(100_000, new Resources(new Cpu(1_000_000), new Bytes(1L << 60))))
        .isPresent();
  }

  @Test
  void figuresTellWhichNodesAreShortOfWhat() {
    Capacity free =
        new Capacity(List.of(node("n1", 2500, 8192), node("n2", 4000, 512), node("n3", 100, 100)));

    assertThat(free.figures(4, EACH))
        .isEqualTo(
            "4 × 1 cpu and 1Gi memory wanted, room for 2; free: n1 2500m cpu, 8Gi memory (short of"
                + " cpu), n2 4 cpu, 512Mi memory (short of memory), n3 100m cpu, 100Mi memory"
                + " (short of cpu and memory)");
    assertThat(free.figures(1, EACH)).startsWith("1 × 1 cpu and 1Gi memory wanted; free: n1");
  }

  @Test
  void figuresOfManyNodesAreShort() {
    Capacity free =
        new Capacity(IntStream.range(0, 40).mapToObj(i -> node("n" + i, 0, 0)).toList());

    assertThat(free.figures(2, EACH)).endsWith(" and 34 more nodes").hasSizeLessThan(400);
    assertThat(new Capacity(List.of()).figures(2, EACH)).endsWith("; free: no node takes any");
  }

  @Test
  void figuresOfOneNodeSayWhyItIsTheOnlyOne() {
    Capacity free = new Capacity(List.of(node("n1", 1000, 1024), node("n2", 9000, 9000)));
    Capacity only = free.only("n1", "only there, since volume/data is ReadWriteOnce");

    assertThat(only.place(2, EACH)).isEmpty();
    assertThat(only.figures(2, EACH))
        .contains("room for 1; free: n1")
        .doesNotContain("n2")
        .endsWith("; only there, since volume/data is ReadWriteOnce");
  }
}
