package dev.naru.server.store;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.server.json.Arbitrary;
import dev.naru.spec.Kind;
import dev.naru.spec.Volume;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A program that writes without end and prints each version once it was accepted. */
final class KilledWriter {
  static final Key KEY = new Key("finance", Kind.VOLUME, "fraud");

  private KilledWriter() {}

  public static void main(String[] args) throws ConflictException {
    Store store = SqliteStore.open(Path.of(args[0]));
    Stored object =
        store
            .get(KEY)
            .orElseGet(() ->
                new Stored(
                    KEY,
                    0,
                    1,
                    new Arbitrary(1).of(Volume.class),
                    Stored.Desired.UP,
                    new State.OfThing(Optional.empty()),
                    Instant.EPOCH));
    while (true) {
      String text = "version " + (object.version() + 1);
      object =
          store.save(
              object, List.of(new Event(KEY, Instant.EPOCH, Event.Level.NORMAL, "Saved", text)));
      System.out.println(object.version());
    }
  }
}
