package dev.naru.server.loop;

import dev.naru.core.engine.Engine;
import dev.naru.core.route.Gateway;
import dev.naru.core.store.Store;
import dev.naru.server.api.Live;
import dev.naru.server.api.LoopFigures;
import java.time.Clock;
import java.util.Collection;

/** The loop of a cluster: the same decisions as at home, with nobody to ask it anything. */
public final class OperatorLoop implements AutoCloseable {
  private static final int DEFECT = 70;

  private final GatewayLink link;
  private final Loop loop;

  private OperatorLoop(
      Engine engine, Store store, Gateway gateway, Surroundings surroundings, Clock clock) {
    this.link = new GatewayLink(gateway, clock, this::wake);
    this.loop =
        new Loop(engine, store, clock, link, surroundings, new Listeners(), OperatorLoop::died);
  }

  /** What starts a control plane again starts this one too: a pod's kubelet, or the parent. */
  static void died() {
    Runtime.getRuntime().halt(DEFECT);
  }

  /** Starts one; it adopts what runs. */
  public static OperatorLoop start(
      Engine engine, Store store, Gateway gateway, Surroundings surroundings, Clock clock) {
    OperatorLoop started = new OperatorLoop(engine, store, gateway, surroundings, clock);
    started.link.start();
    started.loop.start();
    return started;
  }

  /** Has it look again soon. */
  public void wake() {
    loop.wake();
  }

  /** What it counts of itself. */
  public LoopFigures figures() {
    return loop.figures();
  }

  /** Every resource with all that is known of it, as of the last pass. */
  public Collection<Live> live() {
    return loop.live().values();
  }

  /** Ends it; what runs goes on. */
  @Override
  public void close() {
    loop.close();
    link.close();
  }
}
