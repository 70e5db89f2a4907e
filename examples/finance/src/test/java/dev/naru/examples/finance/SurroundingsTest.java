package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
  @Test
  void anEmptyEnvironmentIsALoneProcess() {
    Surroundings alone = new Surroundings(Map.of());
    assertThat(alone.rank()).isZero();
    assertThat(alone.worldSize()).isEqualTo(1);
    assertThat(alone.shard()).isZero();
    assertThat(alone.shards()).isEqualTo(1);
    assertThat(alone.grace()).isEqualTo(Duration.ofSeconds(10));
    assertThat(alone.checkpointFolder()).isEmpty();
    assertThat(alone.resumeFrom()).isEmpty();
  }

  @Test
  void anInputIsFoundByTheNameOfItsPreparation() {
    Surroundings given = new Surroundings(Map.of("NARU_INPUT_CREDIT_DATA", "/in/put"));
    assertThat(given.input("credit-data")).isEqualTo(Path.of("/in/put"));
  }

  @Test
  void aCoordinatorMayBeNamedOrNumbered() {
    assertThat(coordinator("rank-0.gang:4000"))
        .isEqualTo(new Surroundings.Address("rank-0.gang", 4000));
    assertThat(coordinator("[::1]:4000")).isEqualTo(new Surroundings.Address("::1", 4000));
  }

  @Test
  void whatIsWrongIsSaidWithItsBounds() {
    refuses(() -> coordinator("nowhere"), "NARU_COORDINATOR must be host:port, found 'nowhere'");
    refuses(
        () -> coordinator("host:99999"),
        "NARU_COORDINATOR must be a whole number from 1 to 65535, found '99999'");
    refuses(
        () -> new Surroundings(Map.of("NARU_RANK", "2", "NARU_WORLD_SIZE", "2")).rank(),
        "NARU_RANK must be a whole number from 0 to 1, found '2'");
    refuses(
        () -> new Surroundings(Map.of("NARU_SHARDS", "0")).shards(),
        "NARU_SHARDS must be a whole number from 1 to 10000, found '0'");
    refuses(() -> new Surroundings(Map.of()).output(), "NARU_OUTPUT is not set");
    refuses(
        () -> new Surroundings(Map.of("NARU_MODEL_DIR", "")).modelFolder(),
        "NARU_MODEL_DIR is not set");
  }

  private static Surroundings.Address coordinator(String text) {
    return new Surroundings(Map.of("NARU_COORDINATOR", text)).coordinator();
  }

  private static void refuses(ThrowingCallable call, String message) {
    Stop stop = catchThrowableOfType(Stop.class, call);
    assertThat(stop).hasMessage(message);
    assertThat(stop.code()).isEqualTo(64);
  }
}
