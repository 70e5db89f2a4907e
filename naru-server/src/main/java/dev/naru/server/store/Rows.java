package dev.naru.server.store;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Json;
import dev.naru.server.json.RecordJson;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;

/** Rows to records. */
final class Rows {
  private Rows() {}

  static Stored stored(ResultSet row) throws SQLException {
    Key key = key(row);
    try {
      return new Stored(
          key,
          row.getLong("version"),
          row.getLong("generation"),
          RecordJson.read(Json.read(row.getString("spec"), "spec"), Resource.class),
          Stored.Desired.valueOf(row.getString("desired")),
          RecordJson.read(Json.read(row.getString("state"), "state"), State.class),
          Instant.parse(row.getString("created_at")));
    } catch (IllegalArgumentException | NaruException e) {
      throw new NaruException(
          Code.INTERNAL,
          "cannot read %s from the database: %s; nothing was overwritten. It is damaged, or another"
                  .formatted(key, e.getMessage())
              + " build of Naru wrote it: use that one",
          e);
    }
  }

  static Event event(ResultSet row) throws SQLException {
    return new Event(
        key(row),
        Instant.parse(row.getString("at")),
        Event.Level.valueOf(row.getString("level")),
        row.getString("reason"),
        row.getString("message"));
  }

  static AuditEntry audit(ResultSet row) throws SQLException {
    return new AuditEntry(
        Instant.parse(row.getString("at")),
        row.getString("who"),
        row.getString("action"),
        row.getString("target"),
        row.getString("outcome"),
        row.getString("detail"));
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(
        row.getString("project"),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("name"));
  }
}
