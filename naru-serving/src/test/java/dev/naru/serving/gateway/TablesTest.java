package dev.naru.serving.gateway;

import static dev.naru.serving.gateway.SliceJson.endpoint;
import static dev.naru.serving.gateway.SliceJson.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.serving.gateway.RunningGateway.Table;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TablesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final DataPlane plane = new DataPlane(channel.eventLoop());
  private final Tables tables = new Tables(plane);

  private boolean draining() {
    return plane.services().iterator().next().replicas().iterator().next().draining();
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void endsTheDrainsOfAControlPlaneThatHasFallenSilent() throws Exception {
    Slice slice =
        Slice.read(ApiServer.read(slice("a", 9, endpoint("pod-a", true, false)))).orElseThrow();
    tables.followed(List.of(slice));
    tables.pushed(
        RoutesReader.read(
            new Table()
                .revision(1, Table.replica("r", 9, true))
                .json(1)
                .getBytes(StandardCharsets.UTF_8)));
    assertThat(draining()).isTrue();
    pass(Tables.SILENCE_SECONDS - 1);
    tables.heard();
    pass(Tables.SILENCE_SECONDS - 1);
    assertThat(draining()).isTrue();
    pass(2);
    assertThat(draining()).isFalse();
    tables.heard();
    assertThat(draining()).isTrue();
  }
}
