package dev.naru.image.trust;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known by name; of too many, those that were used least recently are forgotten. Safe for
 * any thread.
 */
public final class Recent<V> {
  private final Map<String, V> known;

  /**
   * Knows nothing yet.
   *
   * @param most how many are kept
   */
  public Recent(int most) {
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
          }
        };
  }

  /** What is known under a name. */
  public synchronized Optional<V> get(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /** Keeps it; what was known under that name before. */
  public synchronized Optional<V> put(String name, V value) {
    return Optional.ofNullable(known.put(name, value));
  }
}
