package dev.naru.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.core.testkit.store.StoreContract;
import dev.naru.server.json.Arbitrary;
import dev.naru.spec.Kind;
import dev.naru.spec.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir Path home;

  @Override
  protected Store open() {
    return SqliteStore.open(home.resolve("naru.db"));
  }

  private static Stored training(long seed) {
    Arbitrary arbitrary = new Arbitrary(seed);
    Training training = arbitrary.of(Training.class);
    return new Stored(
        new Key("finance", Kind.TRAINING, training.name()),
        0,
        1,
        training,
        Stored.Desired.UP,
        arbitrary.of(State.OfRuns.class),
        java.time.Instant.EPOCH);
  }

  private static String query(Path file, String sql) throws SQLException {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement s = c.createStatement();
        ResultSet row = s.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "nothing";
    }
  }

  private static void execute(Path file, String... statements) throws SQLException {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement s = c.createStatement()) {
      for (String sql : statements) {
        s.execute(sql);
      }
    }
  }

  @Test
  void readsAnyStateAgainAfterReopening() throws ConflictException {
    Path file = home.resolve("states.db");
    for (long seed = 0; seed < 30; seed++) {
      Stored stored;
      try (Store store = SqliteStore.open(file)) {
        stored = store.save(training(seed), List.of());
      }
      try (Store store = SqliteStore.open(file)) {
        assertThat(store.all()).containsExactly(stored);
        store.remove(stored);
      }
    }
  }

  @Test
  void keepsRunsAndAttemptsAsRowsForQueries() throws Exception {
    Path file = home.resolve("history.db");
    Stored stored =
        java.util.stream.LongStream.range(0, 100)
            .mapToObj(SqliteStoreTest::training)
            .filter(s ->
                ((State.OfRuns) s.state()).runs().stream().anyMatch(r -> !r.attempts().isEmpty()))
            .findFirst()
            .orElseThrow();
    State.OfRuns runs = (State.OfRuns) stored.state();
    Stored saved;
    try (Store store = SqliteStore.open(file)) {
      saved = store.save(stored, List.of());
      saved =
          store.save(
              saved.with(new State.OfRuns(List.of(), 9, List.of(), Optional.empty())), List.of());
    }
    // The state no longer lists them, the history does.
    assertThat(query(file, "SELECT count(DISTINCT number) FROM run"))
        .isEqualTo(Long.toString(runs.runs().stream().map(r -> r.number()).distinct().count()));
    assertThat(Integer.parseInt(query(file, "SELECT count(*) FROM attempt"))).isPositive();
    try (Store store = SqliteStore.open(file)) {
      store.remove(saved);
    }
    assertThat(query(file, "SELECT count(*) FROM run")).isEqualTo("0");
  }

  @Test
  void refusesASecondStoreOnTheSameFile() throws IOException {
    Path file = home.resolve("naru.db");
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("a control plane has it already")
        .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    assertThat(Files.readString(home.resolve("naru.db.lock"))).matches("\\d+ [-0-9a-z]+\\n");
  }

  @Test
  void writesAheadAndWaitsForTheDisk() throws SQLException {
    assertThat(query(home.resolve("naru.db"), "PRAGMA journal_mode")).isEqualTo("wal");
    try (Connections writer = Connections.writer(home.resolve("other.db"));
        Connection c = writer.openConnection();
        Statement s = c.createStatement();
        ResultSet synchronous = s.executeQuery("PRAGMA synchronous")) {
      assertThat(synchronous.getInt(1)).isEqualTo(2);
    }
  }

  @Test
  void refusesADatabaseOfANewerVersionAndLeavesItAlone() throws Exception {
    Path file = home.resolve("newer.db");
    SqliteStore.open(file).close();
    execute(file, "PRAGMA user_version = 99");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("a newer Naru wrote it (schema 99, this build knows 2)")
        .hasMessageContaining("nothing was overwritten");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void refusesAnotherProgramsDatabaseAndLeavesItAlone() throws Exception {
    Path file = home.resolve("foreign.db");
    execute(file, "CREATE TABLE photo (id INTEGER)");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .hasMessageContaining("it is the database of another program");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void refusesAFileThatIsNoDatabaseAndLeavesItAlone() throws IOException {
    Path file = home.resolve("text.db");
    String text = "this is no database, but long enough to have a header of one ".repeat(40);
    Files.writeString(file, text);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("cannot open " + file)
        .hasMessageContaining("nothing was overwritten");
    assertThat(file).hasContent(text);
  }

  @Test
  void refusesADamagedDatabaseAndLeavesItAlone() throws Exception {
    Path file = home.resolve("damaged.db");
    try (Store store = SqliteStore.open(file)) {
      store.save(training(3), List.of());
    }
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
    Files.write(file, bytes);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("cannot open " + file)
        .hasMessageContaining("nothing was overwritten");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void namesTheObjectWhoseRowCannotBeRead() throws Exception {
    Path file = home.resolve("row.db");
    Stored stored = training(3);
    try (Store store = SqliteStore.open(file)) {
      store.save(stored, List.of());
    }
    execute(file, "UPDATE resource SET state = '{\"type\":\"OfLater\"}'");
    assertThatThrownBy(() -> SqliteStore.open(file))
        .hasMessageContaining("cannot read " + stored.key() + " from the database")
        .hasMessageContaining("State.type: unknown word 'OfLater'");
    // The lock was let go of.
    execute(file, "DELETE FROM resource");
    SqliteStore.open(file).close();
  }

  @Test
  void saysThatTheDiskIsFullAndGoesOnOnceThereIsRoom() throws Exception {
    Path file = home.resolve("full.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.limitPages(30);
      Stored small = store.save(training(3), List.of());
      assertThatThrownBy(() -> store.putValue("big", "x".repeat(1 << 20)))
          .isInstanceOf(NaruException.class)
          .hasMessageContaining("the disk is full");
      assertThat(store.value("big")).isEmpty();
      assertThat(store.save(small.with(Stored.Desired.DOWN), List.of()).version()).isEqualTo(2);
      store.limitPages(1 << 20);
      store.putValue("big", "x".repeat(1 << 20));
      assertThat(store.value("big")).isPresent();
    }
  }

  @Test
  void writesNothingMoreAfterTheDiskFailed() {
    SQLException io = new SQLException("disk I/O error", null, 10 | (4 << 8));
    assertThat(Failures.isFinal(new IllegalStateException(io))).isTrue();
    assertThat(Failures.isFinal(new SQLException("full", null, 13))).isFalse();
    assertThat(Failures.explain("write to", Path.of("/h/naru.db"), io))
        .hasMessageContaining("cannot write to /h/naru.db: the disk refused")
        .hasMessageContaining("nothing more is accepted");
  }

  @Test
  void tellsWhereTheAuditWasChanged() throws SQLException {
    Path file = home.resolve("chained.db");
    try (Store store = SqliteStore.open(file)) {
      for (int i = 0; i < 5; i++) {
        store.audit(
            new dev.naru.core.store.AuditEntry(
                java.time.Instant.EPOCH.plusSeconds(i), "kim", "up", "p" + i, "accepted", ""));
      }
      assertThat(store.checkAudit().broken()).isEmpty();
      assertThat(store.checkAudit().entries()).isEqualTo(5);
    }
    execute(file, "DROP TRIGGER audit_is_not_changed");
    execute(file, "UPDATE audit SET outcome = 'refused' WHERE id = 3");
    try (Store store = SqliteStore.open(file)) {
      assertThat(store.checkAudit().broken().orElseThrow())
          .startsWith("entry 3 (1970-01-01T00:00:02Z, up of p2) does not follow the one before");
    }
    execute(file, "UPDATE audit SET outcome = 'accepted' WHERE id = 3");
    execute(file, "DROP TRIGGER audit_is_not_removed");
    execute(file, "DELETE FROM audit WHERE id = 2");
    try (Store store = SqliteStore.open(file)) {
      assertThat(store.checkAudit().broken().orElseThrow()).startsWith("entry 2 (");
    }
    execute(file, "UPDATE audit SET hash = ''");
    try (Store store = SqliteStore.open(file)) {
      assertThat(store.checkAudit().unchained()).isEqualTo(4);
    }
  }

  @Test
  void refusesToChangeTheAuditBySql() throws SQLException {
    Path file = home.resolve("audit.db");
    try (Store store = SqliteStore.open(file)) {
      store.audit(new Arbitrary(1).of(dev.naru.core.store.AuditEntry.class));
    }
    assertThatThrownBy(() -> execute(file, "DELETE FROM audit"))
        .hasMessageContaining("the audit is only appended to");
    assertThatThrownBy(() -> execute(file, "UPDATE audit SET who = 'me'"))
        .hasMessageContaining("the audit is only appended to");
  }
}
