package dev.naru.cli;

import dev.naru.cli.talk.Amounts;
import dev.naru.image.Progress;
import java.time.Duration;

/** Says what a build is doing, once it takes longer than two seconds; a quick one is silent. */
final class Steps implements Progress, AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Cli cli;
  private final String what;
  private final long began = System.nanoTime();
  private final Thread ticker = Thread.ofVirtual().unstarted(this::ticks);
  private volatile String step = "";
  private String said = "";

  Steps(Cli cli, String what) {
    this.cli = cli;
    this.what = what;
    ticker.start();
  }

  @Override
  public void step(String now) {
    step = now;
  }

  private void ticks() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        tick();
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }

  /** In place where the terminal can; else one line for each step that lasts. */
  private void tick() {
    String now = step;
    String line =
        what + ": " + now + ", " + Amounts.seconds(Duration.ofNanos(System.nanoTime() - began));
    if (cli.terminal().live()) {
      int room = Math.max(1, cli.terminal().width() - "naru: ".length() - 1);
      cli.err().print("\r\033[Knaru: " + line.substring(0, Math.min(line.length(), room)));
      said = line;
    } else if (!now.isEmpty() && !now.equals(said)) {
      said = now;
      cli.talk(line);
    }
  }

  @Override
  public void close() {
    ticker.interrupt();
    try {
      ticker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (cli.terminal().live() && !said.isEmpty()) {
      cli.err().print("\r\033[K");
    }
  }
}
