package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import org.junit.jupiter.api.Test;

/** What images are: their contents. */
public interface ImageClaims extends EngineClaims {
  @Test
  default void digestIsThatOfWhatIsKept() {
    assertThat(engine().digestOf(bench().puppet(), bench().folder()))
        .matches("([^@]+@)?sha256:[0-9a-f]{64}")
        .isEqualTo(bench().kept())
        .isEqualTo(engine().keep(bench().puppet(), bench().folder()));
  }

  @Test
  default void changedSourceIsAnotherImageAndChangesNothingThatIsKept() {
    String before = bench().kept();
    Group gang = bench().gang("fraud", 1, "write:NARU_OUTPUT/ran=yes", "exit:0");
    bench().changePuppet();
    assertThat(engine().digestOf(bench().puppet(), bench().folder())).isNotEqualTo(before);
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    Location ran = EngineBench.output().resolve("ran");
    assertThat(bench().read(ran)).contains("yes");
  }
}
