package dev.naru.engine.kubernetes;

/** The rules by which images may run in a cluster. Safe for any thread. */
public interface ImageRules {
  /** What is said of an image. */
  enum Answer {
    /** It may run. */
    GOOD,
    /** It may not. */
    REFUSED,
    /** Nobody could tell, such as where its registry does not answer. */
    UNKNOWN
  }

  /**
   * Equal for rules that decide equally; it changes with the policies, their keys, and the end of
   * an exception.
   *
   * @throws dev.naru.core.NaruException where the rules cannot be read: then nothing is decided
   */
  String version();

  /**
   * What they say of an image now; asks its registry.
   *
   * @param ref by digest
   */
  Answer ask(String ref);

  /**
   * Called before an image leaves the list of a namespace, or comes back into it.
   *
   * @param ref by digest
   * @param allowed whether it may run there from now on
   */
  void changes(String namespace, String ref, boolean allowed);
}
