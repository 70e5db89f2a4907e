package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.state.Key;
import dev.naru.server.json.Json;
import dev.naru.spec.Kind;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** One request and its answer. */
final class Call {
  /** Most bytes of a body that is read as a whole. */
  static final int MOST_BODY_BYTES = 8 << 20;

  private final ServerRequest request;
  private final ServerResponse response;

  Call(ServerRequest request, ServerResponse response) {
    this.request = request;
    this.response = response;
  }

  ServerResponse response() {
    return response;
  }

  /** A part of the path. */
  String path(String name) {
    return request.path().pathParameters().get(name);
  }

  /** The resource that the path names. */
  Key key() {
    Kind kind =
        Kind.ofWord(path("kind"))
            .orElseThrow(() ->
                new NaruException(
                    Code.NOT_FOUND,
                    "there is no kind '%s'; kinds are image, volume, preparation, training,"
                            .formatted(path("kind"))
                        + " inference"));
    return new Key(path("project"), kind, path("name"));
  }

  /** A parameter of the query. */
  Optional<String> query(String name) {
    return request.query().contains(name)
        ? Optional.of(request.query().get(name))
        : Optional.empty();
  }

  /** A whole number of the query. */
  OptionalInt number(String name, int min, int max) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= min && number <= max) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException e) {
      // Refused below, as a number that is out of range.
    }
    throw new NaruException(
        Code.INVALID,
        "expected a whole number from %d to %d for %s, found '%s'"
            .formatted(min, max, name, text.get()));
  }

  /** Whether a parameter says {@code true}. */
  boolean truth(String name) {
    return query(name).filter("true"::equals).isPresent();
  }

  /** The body as a JSON object; an absent one is empty. */
  JsonNode body() {
    if (!request.content().hasEntity()) {
      return Json.object();
    }
    String text = new String(wholeBody(), StandardCharsets.UTF_8);
    JsonNode node = text.isBlank() ? Json.object() : Json.read(text, "the body");
    if (!(node instanceof ObjectNode)) {
      throw new NaruException(Code.INVALID, "cannot read the body: expected a JSON object");
    }
    return node;
  }

  private byte[] wholeBody() {
    if (request.headers().contentLength().orElse(0) <= MOST_BODY_BYTES) {
      try (InputStream in = request.content().inputStream()) {
        byte[] body = in.readNBytes(MOST_BODY_BYTES + 1);
        if (body.length <= MOST_BODY_BYTES) {
          return body;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new HttpException("too large", Status.REQUEST_ENTITY_TOO_LARGE_413);
  }

  /** The body as it comes, of any size. */
  InputStream stream() {
    return request.content().hasEntity()
        ? request.content().inputStream()
        : InputStream.nullInputStream();
  }

  /** Answers with JSON. */
  void answer(int status, JsonNode json) {
    answer(status, "application/json", Json.text(json));
  }

  /** Answers with a text. */
  void answer(int status, String contentType, String text) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    response.send(text.getBytes(StandardCharsets.UTF_8));
  }
}
