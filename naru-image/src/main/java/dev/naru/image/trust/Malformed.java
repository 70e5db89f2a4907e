package dev.naru.image.trust;

/**
 * Evidence that is not what it should be; the message says in what, for the one who looks for it.
 */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  Malformed(String why) {
    super(why);
  }

  /** What is wrong with it, in words. */
  String why() {
    return String.valueOf(getMessage());
  }
}
