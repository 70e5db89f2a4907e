package dev.naru.server.store;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, and their way from one version to the next. The version is in {@code PRAGMA
 * user_version}; version <i>n</i> is what the first <i>n</i> steps make. A step is never changed
 * once it was released.
 */
final class Schema {
  /** {@code NARU} in ASCII; other programs' databases have another one, or 0. */
  private static final int APPLICATION_ID = 0x4e415255;

  private static final List<List<String>> STEPS =
      List.of(
          List.of(
              """
              CREATE TABLE resource (
                project TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                version INTEGER NOT NULL, generation INTEGER NOT NULL, desired TEXT NOT NULL,
                spec TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL,
                PRIMARY KEY (project, kind, name)) STRICT, WITHOUT ROWID\
              """,
              """
              CREATE TABLE run (
                project TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                number INTEGER NOT NULL, key TEXT NOT NULL, cause TEXT NOT NULL,
                phase TEXT NOT NULL, message TEXT NOT NULL,
                started_at TEXT NOT NULL, ended_at TEXT,
                PRIMARY KEY (project, kind, name, number)) STRICT, WITHOUT ROWID\
              """,
              """
              CREATE TABLE attempt (
                project TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                run INTEGER NOT NULL, member INTEGER NOT NULL, number INTEGER NOT NULL,
                phase TEXT NOT NULL, outcome TEXT, reason TEXT NOT NULL,
                started_at TEXT, ended_at TEXT, resumed_from_step INTEGER,
                PRIMARY KEY (project, kind, name, run, member, number)) STRICT, WITHOUT ROWID\
              """,
              """
              CREATE TABLE event (
                id INTEGER PRIMARY KEY,
                project TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
                at TEXT NOT NULL, level TEXT NOT NULL, reason TEXT NOT NULL,
                message TEXT NOT NULL) STRICT\
              """,
              "CREATE INDEX event_of ON event (project, kind, name, id)",
              """
              CREATE TABLE audit (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
                outcome TEXT NOT NULL, detail TEXT NOT NULL) STRICT\
              """,
              """
              CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
              BEGIN SELECT RAISE(ABORT, 'the audit is only appended to'); END\
              """,
              """
              CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
              BEGIN SELECT RAISE(ABORT, 'the audit is only appended to'); END\
              """,
              """
              CREATE TABLE value (
                name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID\
              """),
          List.of("ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''"));

  private Schema() {}

  /** The version of this build. */
  static int version() {
    return STEPS.size();
  }

  /**
   * Refuses what this build must not write to, before anything is written.
   *
   * @throws NaruException CONFLICT for a newer version, INTERNAL for another program's database
   */
  static void check(Connection connection, Path file) throws SQLException {
    int found = pragma(connection, "user_version");
    int application = pragma(connection, "application_id");
    if (application != APPLICATION_ID && (found != 0 || tables(connection) > 0)) {
      throw new NaruException(
          Code.INTERNAL,
          "cannot open %s: it is the database of another program; nothing was overwritten. Move it"
                  .formatted(file)
              + " away, or set NARU_HOME to another folder");
    }
    if (found > version()) {
      throw new NaruException(
          Code.CONFLICT,
          "cannot open %s: a newer Naru wrote it (schema %d, this build knows %d); nothing was"
                  .formatted(file, found, version())
              + " overwritten. Use the newer Naru, or set NARU_HOME to another folder");
    }
  }

  /** Brings the tables to the version of this build, all or nothing. */
  static void migrate(Connection connection) throws SQLException {
    int found = pragma(connection, "user_version");
    if (found == version()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      try {
        for (List<String> step : STEPS.subList(found, version())) {
          for (String sql : step) {
            statement.execute(sql);
          }
        }
        statement.execute("PRAGMA application_id = " + APPLICATION_ID);
        statement.execute("PRAGMA user_version = " + version());
        statement.execute("COMMIT");
      } catch (SQLException e) {
        statement.execute("ROLLBACK");
        throw e;
      }
    }
  }

  private static int pragma(Connection connection, String name) throws SQLException {
    return number(connection, "PRAGMA " + name);
  }

  private static int tables(Connection connection) throws SQLException {
    return number(connection, "SELECT count(*) FROM sqlite_schema");
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getInt(1);
    }
  }
}
