package dev.naru.spec.reading;

import java.util.Map;
import java.util.Optional;

/**
 * A mapping beside those of its values that are good: what rules between keys are judged on, even
 * when another key of the same mapping is wrong.
 */
record Bound(Tree.Mapping mapping, String path, Map<String, Object> values) {
  /** Whether the file has the key, good or not. */
  boolean has(String key) {
    return mapping.get(key).isPresent();
  }

  At at() {
    return mapping.at();
  }

  /** Where a key is, or the mapping if it is not there. */
  At at(String key) {
    return mapping.get(key).map(Tree.Entry::at).orElse(mapping.at());
  }

  /** Where a key's value is, or the mapping if it is not there. */
  At atValue(String key) {
    return mapping.get(key).map(e -> e.value().at()).orElse(mapping.at());
  }

  String path(String key) {
    return TreeComposer.path(path, key);
  }

  /** The good value of a key that is there or has a default, of this type. */
  <T> Optional<T> value(String key, Class<T> type) {
    Object value = values.get(key);
    Object inner = value instanceof Optional<?> o ? o.orElse(null) : value;
    return type.isInstance(inner) ? Optional.of(type.cast(inner)) : Optional.empty();
  }

  Optional<String> text(String key) {
    return value(key, String.class);
  }
}
