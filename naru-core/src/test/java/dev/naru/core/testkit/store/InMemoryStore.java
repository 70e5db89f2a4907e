package dev.naru.core.testkit.store;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store that keeps its facts as long as its {@link Disk} is reachable. */
public final class InMemoryStore implements Store {
  /** What outlives a store that is closed. */
  public static final class Disk {
    private final SortedMap<Key, Stored> objects =
        new TreeMap<>(
            Comparator.comparing(Key::project).thenComparing(Key::kind).thenComparing(Key::name));
    private final List<Event> events = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final SortedMap<String, String> values = new TreeMap<>();
  }

  private final Disk disk;
  private boolean closed;

  /** With nothing in it. */
  public InMemoryStore() {
    this(new Disk());
  }

  /** With what an earlier store left there. */
  public InMemoryStore(Disk disk) {
    this.disk = disk;
  }

  private Disk disk() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    return disk;
  }

  @Override
  public synchronized List<Stored> all() {
    return List.copyOf(disk().objects.values());
  }

  @Override
  public synchronized Optional<Stored> get(Key key) {
    return Optional.ofNullable(disk().objects.get(key));
  }

  @Override
  public synchronized Stored save(Stored object, List<Event> events) throws ConflictException {
    expectNewest(object);
    Stored after =
        new Stored(
            object.key(),
            object.version() + 1,
            object.generation(),
            object.resource(),
            object.desired(),
            object.state(),
            object.createdAt());
    disk.objects.put(after.key(), after);
    disk.events.addAll(events);
    return after;
  }

  @Override
  public synchronized void remove(Stored object) throws ConflictException {
    expectNewest(object);
    if (disk.objects.remove(object.key()) == null) {
      throw new ConflictException(object.key(), object.version());
    }
    disk.events.removeIf(e -> e.key().equals(object.key()));
  }

  private void expectNewest(Stored object) throws ConflictException {
    Stored newest = disk().objects.get(object.key());
    if ((newest == null ? 0 : newest.version()) != object.version()) {
      throw new ConflictException(object.key(), object.version());
    }
  }

  @Override
  public synchronized List<Event> events(Key key, int limit) {
    return last(disk().events.stream().filter(e -> e.key().equals(key)).toList(), limit);
  }

  @Override
  public synchronized List<Event> events(int limit) {
    return last(disk().events, limit);
  }

  @Override
  public synchronized void audit(AuditEntry entry) {
    disk().audit.add(entry);
  }

  @Override
  public synchronized List<AuditEntry> audit(int limit) {
    return last(disk().audit, limit);
  }

  @Override
  public synchronized AuditChain.Report checkAudit() {
    AuditChain chain = new AuditChain();
    String before = AuditChain.START;
    for (AuditEntry entry : disk().audit) {
      before = AuditChain.link(before, entry);
      chain.next(entry, before);
    }
    return chain.report();
  }

  private static <T> List<T> last(List<T> all, int limit) {
    return List.copyOf(all.subList(Math.max(0, all.size() - limit), all.size()));
  }

  @Override
  public synchronized Optional<String> value(String name) {
    return Optional.ofNullable(disk().values.get(name));
  }

  @Override
  public synchronized void putValue(String name, String value) {
    disk().values.put(name, value);
  }

  @Override
  public synchronized void removeValue(String name) {
    disk().values.remove(name);
  }

  @Override
  public synchronized SortedMap<String, String> values(String prefix) {
    SortedMap<String, String> found = new TreeMap<>(disk().values);
    found.keySet().removeIf(name -> !name.startsWith(prefix));
    return found;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
