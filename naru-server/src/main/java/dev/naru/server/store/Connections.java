package dev.naru.server.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteErrorCode;

/** A fixed number of connections to one database, lent to one thread each. */
final class Connections implements ConnectionFactory, AutoCloseable {
  private static final int BUSY_TIMEOUT_MILLIS = 5_000;
  private static final int WAIT_SECONDS = 30;

  private final List<Connection> all;
  private final BlockingQueue<Connection> free;

  private Connections(List<Connection> all) {
    this.all = List.copyOf(all);
    this.free = new ArrayBlockingQueue<>(all.size(), true, all);
  }

  /**
   * The one connection that writes. What its transactions committed is on the disk ({@code
   * synchronous=FULL}).
   */
  static Connections writer(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setSynchronous(SynchronousMode.FULL);
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      Schema.check(connection, file);
      checkWhole(connection);
      // Only now: setting the journal mode is the first thing that writes to the file.
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA journal_mode = " + JournalMode.WAL.getValue());
      }
      Schema.migrate(connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
    return new Connections(List.of(connection));
  }

  /** Connections that only read. */
  static Connections readers(Path file, int count) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setReadOnly(true);
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(config.createConnection("jdbc:sqlite:" + file));
    }
    return new Connections(all);
  }

  private static void checkWhole(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (!"ok".equals(rows.getString(1))) {
        throw new SQLException(rows.getString(1), null, SQLiteErrorCode.SQLITE_CORRUPT.code);
      }
    }
  }

  @Override
  public Connection openConnection() throws SQLException {
    try {
      Connection connection = free.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (connection == null) {
        throw new SQLException("no free connection within " + WAIT_SECONDS + " s");
      }
      return connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a connection", e);
    }
  }

  @Override
  public void closeConnection(Connection connection) {
    free.add(connection);
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : all) {
      connection.close();
    }
  }
}
