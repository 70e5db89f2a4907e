package dev.naru.server.loop;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.server.api.Change;
import dev.naru.server.api.Control;
import dev.naru.server.api.Live;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those that want to hear of every change. */
final class Listeners {
  private final List<Consumer<Change>> all = new CopyOnWriteArrayList<>();

  Control.Subscription add(Consumer<Change> listener) {
    all.add(listener);
    return () -> all.remove(listener);
  }

  void happened(Event event) {
    tell(new Change.Happened(event));
  }

  /** Tells what is new, other than before, or gone. */
  void compare(Map<Key, Live> before, Map<Key, Live> now) {
    now.forEach((key, live) -> {
      if (hidden(live)) {
        Live old = before.get(key);
        if (old != null && !hidden(old)) {
          tell(new Change.Removed(key));
        }
      } else if (!live.equals(before.get(key))) {
        tell(new Change.Updated(live));
      }
    });
    before.keySet().stream()
        .filter(key -> !now.containsKey(key))
        .forEach(key -> tell(new Change.Removed(key)));
  }

  /** What the file no longer names is not shown, once nothing of it is left. */
  static boolean hidden(Live live) {
    return live.stored().desired() == Stored.Desired.REMOVED && live.observed().isEmpty();
  }

  private void tell(Change change) {
    all.forEach(listener -> listener.accept(change));
  }
}
