package dev.naru.engine.local.docker;

/** Does nothing for a minute: what its container has mounted stays mounted until others use it. */
public final class HoldMain {
  private static final long MILLIS = 60_000;

  private HoldMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws InterruptedException {
    Thread.sleep(MILLIS);
  }
}
