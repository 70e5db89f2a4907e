package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads server-sent events (WHATWG HTML, section 9.2) whose data is JSON. */
public final class EventStream implements AutoCloseable {
  private final BufferedReader lines;

  /**
   * One event.
   *
   * @param name its type; {@code message} where none was given
   * @param data an empty object where there was none
   */
  public record Event(String name, JsonNode data) {}

  /** Reads until the other side ends; owns the stream. */
  public EventStream(InputStream in) {
    lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Waits for the next event; empty at the end of the stream. */
  public Optional<Event> next() throws IOException {
    String name = "message";
    StringBuilder data = new StringBuilder();
    boolean any = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (any) {
          return Optional.of(new Event(name, parsed(data)));
        }
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
        any = true;
      } else if (line.startsWith("data:")) {
        data.append(line.substring(5).strip()).append('\n');
        any = true;
      }
    }
    return Optional.empty();
  }

  private static JsonNode parsed(StringBuilder data) throws IOException {
    String text = data.toString().strip();
    return text.isEmpty() ? Json.object() : Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
