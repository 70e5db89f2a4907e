package dev.naru.serving.model;

/** A request that cannot be answered; the message is for its sender. */
final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidRequestException(String message) {
    super(message, null, false, false);
  }
}
