package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.server.json.Json;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events: {@code event: <name>} and {@code data: <one line of JSON>}. Begun with the
 * first event, so that an error before it is an ordinary answer. Not for several threads at once.
 */
final class EventStream implements AutoCloseable {
  private final ServerResponse response;
  private OutputStream out = OutputStream.nullOutputStream();
  private boolean begun;

  EventStream(ServerResponse response) {
    this.response = response;
  }

  boolean begun() {
    return begun;
  }

  /**
   * Sends one.
   *
   * @throws UncheckedIOException when the client went away
   */
  void send(String name, JsonNode data) {
    write("event: " + name + "\ndata: " + Json.text(data) + "\n\n");
  }

  /** Sends a comment, which clients pass over: it finds out whether one is still there. */
  void ping() {
    write(": still here\n\n");
  }

  private void write(String text) {
    try {
      if (!begun) {
        response.status(200);
        response.header("Content-Type", "text/event-stream");
        out = response.outputStream();
        begun = true;
      }
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
