package dev.naru.spec.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** Makes one document's tree from parser events, within limits on depth, aliases and tags. */
final class TreeComposer {
  /** Deepest nesting of lists and mappings. */
  static final int MOST_DEPTH = 50;

  /** Most aliases of one document. */
  static final int MOST_ALIASES = 50;

  private static final String STANDARD = "tag:yaml.org,2002:";
  private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);

  private final Parser parser;
  private final Sink sink;
  private final int linesBefore;
  private final Map<Anchor, Tree> anchors = new HashMap<>();
  private final Set<Anchor> open = new HashSet<>();
  private int aliases;
  private int depth;
  private boolean complete = true;

  TreeComposer(Parser parser, Sink sink, int linesBefore) {
    this.parser = parser;
    this.sink = sink;
    this.linesBefore = linesBefore;
  }

  /** Whether nothing of the document was left out for a limit. */
  boolean isComplete() {
    return complete;
  }

  /** Reads up to the document's end; empty for a document without content. */
  Optional<Tree> document() {
    Event first = parser.next();
    boolean nothing =
        first instanceof ScalarEvent s
            && s.isPlain()
            && s.getValue().isEmpty()
            && s.getTag().isEmpty();
    Tree tree = compose(first, "");
    return nothing || !complete ? Optional.empty() : Optional.of(tree);
  }

  private Tree compose(Event event, String path) {
    if (event instanceof AliasEvent alias) {
      return resolve(alias, path);
    }
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(open::add);
    Tree tree =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, path);
          case SequenceStartEvent start -> sequence(start, path);
          case MappingStartEvent start -> mapping(start, path);
          default -> throw new IllegalStateException("no node begins with " + event);
        };
    anchor.ifPresent(a -> {
      open.remove(a);
      anchors.put(a, tree);
    });
    return tree;
  }

  private Tree resolve(AliasEvent event, String path) {
    At at = at(event);
    Anchor anchor = event.getAlias();
    Tree nothing = new Tree.Scalar(at, Tree.Type.NOTHING, "");
    if (++aliases > MOST_ALIASES) {
      if (aliases == MOST_ALIASES + 1) {
        lose(at, path, "has more than " + MOST_ALIASES + " aliases; write the values out");
      }
      return nothing;
    }
    if (open.contains(anchor)) {
      lose(at, path, "the alias *" + Words.cut(anchor.getValue()) + " contains itself");
      return nothing;
    }
    Tree tree = anchors.get(anchor);
    if (tree == null) {
      lose(at, path, "the alias *" + Words.cut(anchor.getValue()) + " has no anchor before it");
      return nothing;
    }
    return tree;
  }

  private Tree scalar(ScalarEvent event, String path) {
    String tag = event.getTag().orElse(event.isPlain() ? "" : "!");
    Tag natural = RESOLVER.resolve(event.getValue(), true);
    if (tag.equals("!") || tag.equals(Tag.STR.getValue())) {
      return new Tree.Scalar(at(event), Tree.Type.TEXT, event.getValue());
    }
    if (!tag.isEmpty() && !tag.equals(natural.getValue())) {
      refuseTag(event, path, tag);
      return new Tree.Scalar(at(event), Tree.Type.REFUSED, "");
    }
    return new Tree.Scalar(at(event), type(natural), event.getValue());
  }

  private static Tree.Type type(Tag tag) {
    if (tag.equals(Tag.INT)) {
      return Tree.Type.INTEGER;
    } else if (tag.equals(Tag.FLOAT)) {
      return Tree.Type.FLOAT;
    } else if (tag.equals(Tag.BOOL)) {
      return Tree.Type.BOOLEAN;
    } else if (tag.equals(Tag.NULL)) {
      return Tree.Type.NOTHING;
    }
    return Tree.Type.TEXT;
  }

  private Tree sequence(SequenceStartEvent start, String path) {
    checkTag(start, "seq", path);
    List<Tree> items = new ArrayList<>();
    depth++;
    for (Event e = parser.next(); e.getEventId() != Event.ID.SequenceEnd; e = parser.next()) {
      String itemPath = path + "[" + items.size() + "]";
      if (tooDeep(e, itemPath)) {
        skip(e);
      } else {
        items.add(compose(e, itemPath));
      }
    }
    depth--;
    return new Tree.Sequence(at(start), items);
  }

  private Tree mapping(MappingStartEvent start, String path) {
    checkTag(start, "map", path);
    Map<String, Tree.Entry> entries = new LinkedHashMap<>();
    depth++;
    for (Event e = parser.next(); e.getEventId() != Event.ID.MappingEnd; e = parser.next()) {
      Optional<String> key = key(e, path);
      String valuePath = key.map(k -> path(path, k)).orElse(path);
      Event value = parser.next();
      if (tooDeep(value, valuePath)) {
        skip(value);
        continue;
      }
      Tree tree = compose(value, valuePath);
      if (key.isPresent()) {
        put(entries, new Tree.Entry(at(e), key.get(), tree), valuePath);
      }
    }
    depth--;
    return new Tree.Mapping(at(start), List.copyOf(entries.values()));
  }

  private void put(Map<String, Tree.Entry> entries, Tree.Entry entry, String path) {
    Tree.Entry before = entries.putIfAbsent(entry.key(), entry);
    if (before != null) {
      sink.add(
          entry.at(),
          path,
          "is a duplicate: the same key is in line " + before.at().line() + "; keep one of them");
    }
  }

  private Optional<String> key(Event event, String path) {
    if (event instanceof ScalarEvent s) {
      s.getAnchor().ifPresent(a -> anchors.put(a, scalar(s, path)));
      return Optional.of(s.getValue());
    }
    sink.add(at(event), path, "expected a text as key");
    if (!(event instanceof AliasEvent)) {
      skip(event);
    }
    return Optional.empty();
  }

  /** The path of a key: dotted, or in brackets where it has characters of its own. */
  static String path(String parent, String key) {
    if (!key.matches("[A-Za-z0-9_-]{1,60}")) {
      return parent + "[" + Words.quote(key) + "]";
    }
    return parent.isEmpty() ? key : parent + "." + key;
  }

  private boolean tooDeep(Event event, String path) {
    if (depth < MOST_DEPTH || !(event instanceof CollectionStartEvent)) {
      return false;
    }
    lose(at(event), Words.cut(path), "is nested more than " + MOST_DEPTH + " deep");
    return true;
  }

  /** Passes over the rest of a node whose first event is known. */
  private void skip(Event first) {
    int inside = first instanceof CollectionStartEvent ? 1 : 0;
    while (inside > 0) {
      switch (parser.next().getEventId()) {
        case MappingStart, SequenceStart -> inside++;
        case MappingEnd, SequenceEnd -> inside--;
        default -> {}
      }
    }
  }

  private void checkTag(CollectionStartEvent event, String natural, String path) {
    event
        .getTag()
        .filter(t -> !t.equals("!") && !t.equals(STANDARD + natural))
        .ifPresent(t -> refuseTag(event, path, t));
  }

  private void refuseTag(Event event, String path, String tag) {
    sink.add(
        at(event),
        path,
        "the tag "
            + Words.quote(tag.startsWith(STANDARD) ? "!!" + tag.substring(STANDARD.length()) : tag)
            + " is not allowed here; remove it: a file has only texts, numbers, lists and"
            + " mappings");
  }

  private void lose(At at, String path, String message) {
    complete = false;
    sink.add(at, path, message);
  }

  private At at(Event event) {
    return event.getStartMark().map(m -> At.of(m, linesBefore)).orElse(At.NOWHERE);
  }
}
