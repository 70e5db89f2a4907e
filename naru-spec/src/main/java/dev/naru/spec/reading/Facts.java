package dev.naru.spec.reading;

import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one document says that concerns other documents; kept even when the document is refused. */
final class Facts {
  /** A name of something else. */
  record Ref(Kind kind, String name, At at, String path) {}

  /** A directory that the document's workload writes. */
  record Write(String volume, String directory, At at, String path) {}

  /** A text with its place. */
  record Placed(String text, At at) {}

  private final Sink sink;
  private final At at;
  private final Map<String, Project.Place> places = new HashMap<>();
  private final List<Ref> refs = new ArrayList<>();
  private final List<Write> writes = new ArrayList<>();
  private Optional<Kind> kind = Optional.empty();
  private Optional<Placed> name = Optional.empty();
  private Optional<Placed> namespace = Optional.empty();
  private Optional<Resource> resource = Optional.empty();

  Facts(Sink sink, At at) {
    this.sink = sink;
    this.at = at;
  }

  Sink sink() {
    return sink;
  }

  At at() {
    return at;
  }

  void refers(Kind to, String toName, At place, String path) {
    refs.add(new Ref(to, toName, place, path));
  }

  void writes(String volume, String directory, At place, String path) {
    writes.add(new Write(volume, directory, place, path));
  }

  void has(String path, At place) {
    places.put(path, new Project.Place(place.line(), place.column()));
  }

  void isOf(Kind known) {
    kind = Optional.of(known);
  }

  void isNamed(String text, At place) {
    name = Optional.of(new Placed(text, place));
  }

  void isIn(String text, At place) {
    namespace = Optional.of(new Placed(text, place));
  }

  void became(Resource good) {
    resource = Optional.of(good);
  }

  Project.Origin origin() {
    return new Project.Origin(sink.file(), at.line(), places);
  }

  List<Ref> refs() {
    return refs;
  }

  List<Write> writes() {
    return writes;
  }

  Optional<Kind> kind() {
    return kind;
  }

  Optional<Placed> name() {
    return name;
  }

  Optional<Placed> namespace() {
    return namespace;
  }

  Optional<Resource> resource() {
    return resource;
  }

  /** Kind and name, where both are known: {@code preparation/a}. */
  Optional<String> ref() {
    return kind.flatMap(k -> name.map(n -> k.lower() + "/" + n.text()));
  }
}
