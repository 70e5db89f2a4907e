package dev.naru.serving.model;

import dev.naru.serving.http.JsonText;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer without its connection.
 *
 * @param allow the methods that the address knows, for status 405; empty otherwise
 */
record Answer(HttpResponseStatus status, String json, String allow) {
  static Answer ok(String json) {
    return new Answer(HttpResponseStatus.OK, json, "");
  }

  static Answer error(HttpResponseStatus status, String text) {
    return new Answer(status, JsonText.error(text), "");
  }

  static Answer notAllowed(String allow, String text) {
    return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, JsonText.error(text), allow);
  }
}
