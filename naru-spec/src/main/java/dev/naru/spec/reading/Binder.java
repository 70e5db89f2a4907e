package dev.naru.spec.reading;

import dev.naru.spec.Kind;
import dev.naru.spec.VolumePath;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/** Makes records from trees: every key by the component of its name, every problem collected. */
final class Binder {
  /** Most characters of a key that the user chooses. */
  private static final int MOST_KEY = 256;

  private final Sink sink;
  private final Scalars scalars;
  private final Facts facts;

  Binder(Sink sink, Facts facts) {
    this.sink = sink;
    this.scalars = new Scalars(sink);
    this.facts = facts;
  }

  /** The record, or problems and nothing. */
  <R extends Record> Optional<R> bind(Class<R> type, Tree tree, String path) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      sink.add(
          tree.at(), path, "expected a mapping with " + names(type) + ", found " + tree.words());
      return Optional.empty();
    }
    refuseUnknown(type, mapping, path);
    Map<String, Object> values = new LinkedHashMap<>();
    List<Key> keys = Key.of(type);
    for (Key key : keys) {
      value(type, key, mapping, path).ifPresent(v -> values.put(key.name(), v));
    }
    Bound bound = new Bound(mapping, path, values);
    long before = sink.count();
    RecordRules.check(type, bound, sink);
    noteWhatOthersNeed(type, bound);
    boolean good = values.size() == keys.size() && sink.count() == before;
    return good ? Optional.of(construct(type, values)) : Optional.empty();
  }

  private static String names(Class<? extends Record> type) {
    return Words.list(Key.of(type).stream().map(Key::name).toList(), "and");
  }

  private void refuseUnknown(Class<? extends Record> type, Tree.Mapping mapping, String path) {
    List<String> known = Key.of(type).stream().map(Key::name).toList();
    for (Tree.Entry entry : mapping.entries()) {
      if (!known.contains(entry.key())) {
        sink.add(
            entry.at(),
            TreeComposer.path(path, entry.key()),
            NotYet.key(type, entry.key()).orElseGet(() -> unknown(entry.key(), known)));
      }
    }
  }

  /** What to say of a key that is not known. */
  static String unknown(String key, List<String> known) {
    return key.equals("<<")
        ? "merge keys are not part of YAML 1.2; write the keys out"
        : "is not a known key; " + Words.suggest(key, known);
  }

  private Optional<?> value(
      Class<? extends Record> type, Key key, Tree.Mapping mapping, String parent) {
    String path = TreeComposer.path(parent, key.name());
    Optional<Tree.Entry> entry = mapping.get(key.name());
    if (entry.isEmpty()) {
      return absent(key, mapping, path);
    }
    Tree tree = entry.get().value();
    if (tree.isRefused()) {
      return Optional.empty();
    }
    facts.has(path, tree.at());
    Optional<String> notYet = NotYet.value(type, key.name(), tree);
    if (notYet.isPresent()) {
      sink.add(tree.at(), path, notYet.get());
      return Optional.empty();
    }
    return switch (key.shape()) {
      case ONE -> one(key, tree, path);
      case OPTIONAL -> {
        Optional<?> given = one(key, tree, path);
        yield given.isPresent() ? Optional.of(given) : Optional.empty();
      }
      case LIST -> list(key, tree, path);
      case MAP -> map(key, tree, path);
    };
  }

  private Optional<?> absent(Key key, Tree.Mapping mapping, String path) {
    if (key.isRequired()) {
      String example = key.field().example().isEmpty() ? "" : " " + key.field().example();
      sink.add(
          mapping.at(),
          path,
          "is required but not there; add '" + key.name() + ":" + example + "'");
      return Optional.empty();
    }
    return switch (key.shape()) {
      case ONE -> byDefault(key, mapping, path);
      case OPTIONAL -> Optional.of(Optional.empty());
      case LIST -> Optional.of(List.of());
      case MAP -> Optional.of(Map.of());
    };
  }

  private Optional<?> byDefault(Key key, Tree.Mapping mapping, String path) {
    if (key.record().isPresent()) {
      return bind(key.record().get(), new Tree.Mapping(mapping.at(), List.of()), path);
    }
    String text = key.field().byDefault();
    boolean number = new CoreScalarResolver(false).resolve(text, true).equals(Tag.INT);
    Tree.Type type = number ? Tree.Type.INTEGER : Tree.Type.TEXT;
    return one(key, new Tree.Scalar(mapping.at(), type, text), path);
  }

  private Optional<?> one(Key key, Tree tree, String path) {
    if (key.record().isPresent()) {
      return bind(key.record().get(), tree, path);
    }
    Optional<?> value = scalars.read(tree, key.type(), key.field(), path);
    if (value.isPresent() && value.get() instanceof String name) {
      for (Kind kind : key.field().refersTo()) {
        facts.refers(kind, name, tree.at(), path);
      }
    }
    return value;
  }

  private Optional<?> list(Key key, Tree tree, String path) {
    if (!(tree instanceof Tree.Sequence sequence)) {
      sink.add(
          tree.at(), path, "expected a list, found " + tree.words() + "; write it as [first, …]");
      return Optional.empty();
    }
    int size = sequence.items().size();
    if (size < key.field().minLength() || size > key.field().maxLength()) {
      sink.add(
          tree.at(),
          path,
          "expected from "
              + key.field().minLength()
              + " to "
              + key.field().maxLength()
              + " entries, found "
              + size);
      return Optional.empty();
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Tree item = sequence.items().get(i);
      String itemPath = path + "[" + i + "]";
      Optional<?> value =
          key.type() == String.class
              ? scalars.entry(item, key.field(), itemPath)
              : one(key, item, itemPath);
      value.ifPresent(values::add);
    }
    return values.size() == size ? Optional.of(values) : Optional.empty();
  }

  private Optional<?> map(Key key, Tree tree, String path) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      sink.add(
          tree.at(),
          path,
          "expected a mapping of names to texts, found "
              + tree.words()
              + "; write it as {NAME: text}");
      return Optional.empty();
    }
    int size = mapping.entries().size();
    if (size > key.field().maxLength()) {
      sink.add(
          tree.at(),
          path,
          "expected at most " + key.field().maxLength() + " entries, found " + size);
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Tree.Entry entry : mapping.entries()) {
      String entryPath = TreeComposer.path(path, entry.key());
      if (entry.key().isEmpty() || entry.key().length() > MOST_KEY || entry.key().contains("\0")) {
        sink.add(
            entry.at(),
            entryPath,
            "expected a key of 1 to " + MOST_KEY + " characters, without U+0000");
      }
      scalars
          .entry(entry.value(), key.field(), entryPath)
          .ifPresent(v -> values.put(entry.key(), v));
    }
    return values.size() == size ? Optional.of(values) : Optional.empty();
  }

  private void noteWhatOthersNeed(Class<? extends Record> type, Bound bound) {
    if (type == VolumePath.class) {
      bound
          .text("volume")
          .ifPresent(
              v -> bound.text("path").ifPresent(p -> facts.writes(v, p, bound.at(), bound.path())));
    }
  }

  /** The record of these values, which are those of all its components in their order. */
  static <R extends Record> R construct(Class<R> type, Map<String, Object> values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values.values().toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type + " from " + values.keySet(), e);
    }
  }
}
