package dev.naru.server.store;

import dev.naru.core.NaruException;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.server.json.Json;
import dev.naru.server.json.RecordJson;
import dev.naru.spec.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a home in one SQLite database: write-ahead log, {@code synchronous=FULL}, one
 * connection that writes. What a method has returned from survives the loss of power.
 *
 * <p>Objects are read once, at the opening, and mirrored in memory after each commit, so reading
 * them costs nothing; nobody else writes, because the file next to the database, {@code
 * <name>.lock}, is locked. Safe for any thread: writes queue, reads never wait for them.
 *
 * <p>After a failed fsync nothing more is written: every method that would, throws.
 */
public final class SqliteStore implements Store {
  private static final int READERS = 2;
  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::project).thenComparing(Key::kind).thenComparing(Key::name);

  private final Path file;
  private final StoreLock lock;
  private final Connections writerConnections;
  private final Connections readerConnections;
  private final Jdbi writer;
  private final Jdbi reader;

  /** Orders writes; held across them on purpose, since there is one connection that writes. */
  private final ReentrantLock writing = new ReentrantLock(true);

  private final ConcurrentNavigableMap<Key, Stored> objects = new ConcurrentSkipListMap<>(ORDER);
  private volatile @Nullable NaruException broken;

  private SqliteStore(
      Path file, StoreLock lock, Connections writerConnections, Connections readerConnections) {
    this.file = file;
    this.lock = lock;
    this.writerConnections = writerConnections;
    this.readerConnections = readerConnections;
    writer = Jdbi.create(writerConnections);
    reader = Jdbi.create(readerConnections);
  }

  /**
   * Opens a database, or makes it where there is none.
   *
   * @param file the database; its folder must exist
   * @throws NaruException CONFLICT where another process has it or a newer Naru wrote it, INTERNAL
   *     where it is damaged, another program's or cannot be opened; then nothing was written
   */
  public static SqliteStore open(Path file) {
    StoreLock lock = StoreLock.take(file.resolveSibling(file.getFileName() + ".lock"));
    Connections writer = null;
    Connections readers = null;
    try {
      NativeLibrary.unpackIn(file.resolveSibling("native"));
      writer = Connections.writer(file);
      readers = Connections.readers(file, READERS);
      SqliteStore store = new SqliteStore(file, lock, writer, readers);
      store.load();
      return store;
    } catch (SQLException | IOException | RuntimeException e) {
      close(readers);
      close(writer);
      lock.close();
      throw e instanceof NaruException n ? n : Failures.explain("open", file, e);
    }
  }

  private void load() {
    reading(h -> h.createQuery("SELECT * FROM resource").map((row, _) -> Rows.stored(row)).list())
        .forEach(s -> objects.put(s.key(), s));
  }

  @Override
  public List<Stored> all() {
    return List.copyOf(objects.values());
  }

  @Override
  public Optional<Stored> get(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  @Override
  public Stored save(Stored object, List<Event> events) throws ConflictException {
    writing.lock();
    try {
      Stored before = newest(object);
      Stored after =
          new Stored(
              object.key(),
              object.version() + 1,
              object.generation(),
              object.resource(),
              object.desired(),
              object.state(),
              object.createdAt());
      writing(h -> {
        write(h, before, after);
        events.forEach(e -> append(h, e));
      });
      objects.put(after.key(), after);
      return after;
    } finally {
      writing.unlock();
    }
  }

  private static void write(Handle handle, @Nullable Stored before, Stored after) {
    String sql =
        before == null
            ? """
            INSERT INTO resource (project, kind, name, version, generation, desired, spec, state, created_at)
            VALUES (:project, :kind, :name, :version, :generation, :desired, :spec, :state, :createdAt)\
            """
            : """
            UPDATE resource SET version = :version, generation = :generation, desired = :desired,
              spec = :spec, state = :state
            WHERE project = :project AND kind = :kind AND name = :name
              AND version = :version - 1\
            """;
    int rows =
        History.bind(handle.createUpdate(sql), after.key())
            .bind("version", after.version())
            .bind("generation", after.generation())
            .bind("createdAt", after.createdAt().toString())
            .bind("desired", after.desired().name())
            .bind("spec", Json.text(RecordJson.write(after.resource(), Resource.class)))
            .bind("state", Json.text(RecordJson.write(after.state(), State.class)))
            .execute();
    if (rows != 1) {
      throw new IllegalStateException("the database and its mirror differ at " + after.key());
    }
    History.write(handle, before, after);
  }

  private static void append(Handle handle, Event event) {
    History.bind(
            handle.createUpdate(
                """
                INSERT INTO event (project, kind, name, at, level, reason, message)
                VALUES (:project, :kind, :name, :at, :level, :reason, :message)\
                """),
            event.key())
        .bind("at", event.at().toString())
        .bind("level", event.level().name())
        .bind("reason", event.reason())
        .bind("message", event.message())
        .execute();
  }

  @Override
  public void remove(Stored object) throws ConflictException {
    writing.lock();
    try {
      if (newest(object) == null) {
        throw new ConflictException(object.key(), object.version());
      }
      writing(h -> {
        for (String table : List.of("resource", "event")) {
          History.bind(
                  h.createUpdate(
                      "DELETE FROM "
                          + table
                          + " WHERE project = :project AND kind = :kind AND name = :name"),
                  object.key())
              .execute();
        }
        History.remove(h, object.key());
      });
      objects.remove(object.key());
    } finally {
      writing.unlock();
    }
  }

  /** The object in the place of which that one would be written. */
  private @Nullable Stored newest(Stored object) throws ConflictException {
    Stored newest = objects.get(object.key());
    if ((newest == null ? 0 : newest.version()) != object.version()) {
      throw new ConflictException(object.key(), object.version());
    }
    return newest;
  }

  @Override
  public List<Event> events(Key key, int limit) {
    return reading(h ->
            History.bind(
                    h.createQuery(
                        """
                        SELECT * FROM event
                        WHERE project = :project AND kind = :kind AND name = :name
                        ORDER BY id DESC LIMIT :limit\
                        """),
                    key)
                .bind("limit", limit)
                .map((row, _) -> Rows.event(row))
                .list())
        .reversed();
  }

  @Override
  public List<Event> events(int limit) {
    return reading(h ->
            h.createQuery("SELECT * FROM event ORDER BY id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, _) -> Rows.event(row))
                .list())
        .reversed();
  }

  @Override
  public void audit(AuditEntry entry) {
    writingAlone(h -> {
      String before =
          h.createQuery("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
              .mapTo(String.class)
              .findOne()
              .filter(hash -> !hash.isEmpty())
              .orElse(AuditChain.START);
      h.createUpdate(
              """
              INSERT INTO audit (at, who, action, target, outcome, detail, hash)
              VALUES (:at, :who, :action, :target, :outcome, :detail, :hash)\
              """)
          .bind("at", entry.at().toString())
          .bind("who", entry.who())
          .bind("action", entry.action())
          .bind("target", entry.target())
          .bind("outcome", entry.outcome())
          .bind("detail", entry.detail())
          .bind("hash", AuditChain.link(before, entry))
          .execute();
    });
  }

  @Override
  public List<AuditEntry> audit(int limit) {
    return reading(h ->
            h.createQuery("SELECT * FROM audit ORDER BY id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, _) -> Rows.audit(row))
                .list())
        .reversed();
  }

  @Override
  public AuditChain.Report checkAudit() {
    return reading(h -> {
      AuditChain chain = new AuditChain();
      h.createQuery("SELECT * FROM audit ORDER BY id")
          .map((row, _) -> Map.entry(Rows.audit(row), row.getString("hash")))
          .forEach(e -> chain.next(e.getKey(), e.getValue()));
      return chain.report();
    });
  }

  @Override
  public Optional<String> value(String name) {
    return reading(h ->
        h.createQuery("SELECT value FROM value WHERE name = :name")
            .bind("name", name)
            .mapTo(String.class)
            .findOne());
  }

  @Override
  public void putValue(String name, String value) {
    writingAlone(h ->
        h.createUpdate("INSERT OR REPLACE INTO value (name, value) VALUES (:name, :value)")
            .bind("name", name)
            .bind("value", value)
            .execute());
  }

  @Override
  public void removeValue(String name) {
    writingAlone(
        h -> h.createUpdate("DELETE FROM value WHERE name = :name").bind("name", name).execute());
  }

  @Override
  public SortedMap<String, String> values(String prefix) {
    SortedMap<String, String> found = new TreeMap<>();
    reading(h ->
            h.createQuery(
                    """
                    SELECT name, value FROM value
                    WHERE substr(name, 1, length(:prefix)) = :prefix\
                    """)
                .bind("prefix", prefix)
                .map((row, _) -> List.of(row.getString(1), row.getString(2)))
                .list())
        .forEach(pair -> found.put(pair.getFirst(), pair.getLast()));
    return found;
  }

  private void writingAlone(HandleConsumer<SQLException> work) {
    writing.lock();
    try {
      writing(work);
    } finally {
      writing.unlock();
    }
  }

  private void writing(HandleConsumer<SQLException> work) {
    NaruException before = broken;
    if (before != null) {
      throw new NaruException(before.code(), String.valueOf(before.getMessage()), before);
    }
    try {
      writer.useTransaction(work);
    } catch (SQLException | RuntimeException e) {
      NaruException explained = Failures.explain("write to", file, e);
      if (Failures.isFinal(e)) {
        broken = explained;
      }
      throw explained;
    }
  }

  private <T> T reading(HandleCallback<T, SQLException> work) {
    try {
      return reader.withHandle(work);
    } catch (SQLException | RuntimeException e) {
      throw e instanceof NaruException n ? n : Failures.explain("read", file, e);
    }
  }

  /** For tests: lets the database grow to that many pages of 4096 bytes. */
  void limitPages(int pages) {
    writingAlone(h -> h.execute("PRAGMA max_page_count = " + pages));
  }

  /** Waits for a write under way, then closes; what was stored stays. */
  @Override
  public void close() {
    writing.lock();
    try {
      close(readerConnections);
      close(writerConnections);
      lock.close();
    } finally {
      writing.unlock();
    }
  }

  private static void close(@Nullable Connections connections) {
    if (connections != null) {
      try {
        connections.close();
      } catch (SQLException e) {
        // All that was accepted is on the disk; the next opening takes up the log.
        System.getLogger(SqliteStore.class.getName())
            .log(System.Logger.Level.WARNING, "cannot close the database", e);
      }
    }
  }
}
