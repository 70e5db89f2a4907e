package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.CommandException;

/** The control plane has answered that it cannot. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final transient JsonNode body;

  /**
   * From an answer.
   *
   * @param body its {@code code}, {@code message} and {@code problems}, as far as it has them
   */
  public ApiException(int status, JsonNode body) {
    super(body.path("message").asText("cannot: the control plane answered " + status));
    this.status = status;
    this.body = body;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** What came with it: {@code code}, {@code message}, {@code problems}. */
  public JsonNode body() {
    return body;
  }

  /** What happened, in words. */
  public String words() {
    return String.valueOf(getMessage());
  }

  /** The exit code that follows from the body's {@code code}, else from the status. */
  public int exitCode() {
    return switch (body.path("code").asText("")) {
      case "INVALID", "NOT_FOUND" -> CommandException.USAGE;
      case "REFUSED" -> CommandException.REFUSED;
      case "ENGINE_UNREACHABLE", "REGISTRY_UNREACHABLE" -> CommandException.UNREACHABLE;
      case "CONFLICT", "FAILED", "INTERNAL" -> CommandException.FAILED;
      default ->
          switch (status) {
            case 400, 404, 422 -> CommandException.USAGE;
            case 403 -> CommandException.REFUSED;
            case 503 -> CommandException.UNREACHABLE;
            default -> CommandException.FAILED;
          };
    };
  }
}
