package dev.naru.cli.follow;

import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Status;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** One line for each change of state, with the time since the beginning. */
public final class PlainView implements View {
  private final PrintStream err;
  private final Clock clock;
  private final Instant began;
  private final Map<String, String> last = new HashMap<>();

  /** Begins now. */
  public PlainView(PrintStream err, Clock clock) {
    this.err = err;
    this.clock = clock;
    this.began = clock.instant();
  }

  @Override
  public void show(Status status) {
    String state = Words.state(status);
    if (!state.equals(last.put(status.ref(), state))) {
      say("%-24s %s".formatted(SafeText.line(status.ref()), state));
    }
  }

  @Override
  public void tick() {}

  @Override
  public void say(String line) {
    err.printf("%8s  %s%n", Amounts.seconds(Duration.between(began, clock.instant())), line);
  }

  @Override
  public void end() {}
}
