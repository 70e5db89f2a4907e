package dev.naru.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final Resources EACH = new Resources(new Cpu(500), Bytes.ofMebibytes(100));

  @Test
  void placesAllOrNone() {
    Capacity one = new Capacity(List.of(new Node("n1", new Cpu(1200), Bytes.ofMebibytes(1000))));

    assertThat(one.place(2, EACH)).isPresent();
    assertThat(one.place(3, EACH)).isEmpty();
  }

  @Test
  void holdsNothingBackOnNodesThatMayNotBeLookedAt() {
    Capacity unseen = new Capacity(List.of(Node.UNSEEN)).without("n1", EACH).without("", EACH);

    assertThat(unseen.place(100_000, new Resources(new Cpu(1_000_000), new Bytes(1L << 60))))
        .isPresent();
  }
}
