package dev.naru.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.route.Gateway;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.RouteTable;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.testkit.engine.SimulatedEngine;
import dev.naru.core.testkit.engine.SimulatedWorld;
import dev.naru.core.testkit.store.InMemoryStore;
import dev.naru.server.api.Live;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the loop survives, and what it does not. */
@Timeout(20)
class LoopTest {
  private final Passes passes = new Passes();
  private final CountDownLatch died = new CountDownLatch(1);
  private final Loop loop =
      new Loop(
          new SimulatedEngine(new SimulatedWorld(), _ -> "1"),
          new InMemoryStore(),
          Clock.systemUTC(),
          new GatewayLink(new NoGateway(), Clock.systemUTC(), () -> {}),
          passes,
          new Listeners(),
          died::countDown);

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void goesOnAfterAPassThatFailed() throws InterruptedException {
    passes.next(() -> {
      throw new IllegalStateException("a defect");
    });
    passes.next(() -> {});

    loop.start();
    passes.await(2);

    assertThat(loop.figures().failures()).isEqualTo(1);
    assertThat(died.getCount()).isEqualTo(1);
  }

  @Test
  void goesOnAfterAnInterruptThatACallLeftBehind() throws InterruptedException {
    passes.next(() -> Thread.currentThread().interrupt());
    passes.next(() -> {});

    loop.start();
    passes.await(1);
    loop.wake();
    passes.await(1);

    assertThat(died.getCount()).isEqualTo(1);
  }

  @Test
  void endsTheProgramOnAnError() throws InterruptedException {
    passes.next(() -> {
      throw new OutOfMemoryError("of this test");
    });

    loop.start();

    assertThat(died.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Does what a test says at the beginning of each pass. */
  private static final class Passes implements Surroundings {
    private final LinkedBlockingQueue<Runnable> script = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Instant> begun = new LinkedBlockingQueue<>();

    void next(Runnable step) {
      script.add(step);
    }

    void await(int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        assertThat(begun.poll(10, TimeUnit.SECONDS)).as("pass %d", i + 1).isNotNull();
      }
    }

    @Override
    public void before(Map<GroupId, Observation> observed, Instant now) {
      Runnable step = script.poll();
      begun.add(now);
      if (step != null) {
        step.run();
      }
    }

    @Override
    public boolean decides(Stored object) {
      return true;
    }

    @Override
    public void admit(Group group) {}

    @Override
    public Set<Key> unreadable() {
      return Set.of();
    }

    @Override
    public Set<Key> shortForms(List<Stored> objects) {
      return Set.of();
    }

    @Override
    public void after(Map<Key, Live> live, Set<GroupId> groups) {}
  }

  /** There is none. */
  private static final class NoGateway implements Gateway {
    @Override
    public boolean push(RouteTable table) {
      return false;
    }

    @Override
    public Optional<GatewayStats> stats(long since, Duration wait) {
      return Optional.empty();
    }
  }
}
