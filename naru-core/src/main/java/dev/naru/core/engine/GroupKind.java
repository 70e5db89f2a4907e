package dev.naru.core.engine;

/** How the members of a group belong together. */
public enum GroupKind {
  /** Each member is a part of the work: an index is retried alone. */
  SHARDS,
  /** All or none: the engine never restarts a member. */
  GANG,
  /**
   * Interchangeable members; an engine may replace them by itself ({@link
   * Features#replacesMembers()}).
   */
  SERVICE
}
