package dev.naru.core.state;

import dev.naru.spec.Kind;

/**
 * Which resource.
 *
 * @param project its project
 * @param kind its kind
 * @param name its name
 */
public record Key(String project, Kind kind, String name) {
  /** Kind and name as people write them: {@code training/fraud}. */
  public String ref() {
    return kind.lower() + "/" + name;
  }

  /** With the project: {@code finance/training/fraud}. */
  @Override
  public String toString() {
    return project + "/" + ref();
  }
}
