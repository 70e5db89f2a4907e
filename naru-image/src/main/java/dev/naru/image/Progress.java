package dev.naru.image;

/** Hears what a build is doing, for people; called from the thread that builds. */
@FunctionalInterface
public interface Progress {
  /** A step begins: {@code linking a Java runtime}. */
  void step(String what);

  /** Hears nothing. */
  static Progress none() {
    return what -> {};
  }
}
