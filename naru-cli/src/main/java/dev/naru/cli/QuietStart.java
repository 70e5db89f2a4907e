package dev.naru.cli;

import dev.naru.cli.follow.View;
import dev.naru.cli.talk.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows nothing for the first moments: where nothing is to be done, all is reached at the first
 * look and only a word is due.
 */
final class QuietStart implements View {
  private final Supplier<View> maker;
  private final Map<String, Status> held = new LinkedHashMap<>();
  private @Nullable View view;
  private int ticks;

  QuietStart(Supplier<View> maker) {
    this.maker = maker;
  }

  /** Whether something had to be waited for. */
  boolean opened() {
    return view != null;
  }

  @Override
  public void show(Status status) {
    if (view == null) {
      held.put(status.ref(), status);
    } else {
      view.show(status);
    }
  }

  /** Four a second: half a second is waited. */
  @Override
  public void tick() {
    ticks++;
    if (view == null && ticks > 1) {
      view = maker.get();
      held.values().forEach(view::show);
    }
    if (view != null) {
      view.tick();
    }
  }

  @Override
  public void say(String line) {
    if (view != null) {
      view.say(line);
    }
  }

  @Override
  public void end() {
    if (view != null) {
      view.end();
    }
  }
}
