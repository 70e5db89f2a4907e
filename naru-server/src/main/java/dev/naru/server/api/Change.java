package dev.naru.server.api;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;

/** Something that subscribers are told. */
public sealed interface Change {
  /** A resource is new, or stands otherwise than before. */
  record Updated(Live live) implements Change {}

  /** Something happened to a resource. */
  record Happened(Event event) implements Change {}

  /** A resource is gone. */
  record Removed(Key key) implements Change {}
}
