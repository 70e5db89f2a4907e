package dev.naru.spec.reading;

import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules between documents: names, references, cycles, directories, one namespace. */
final class ProjectRules {
  /** Most resources of a project. */
  private static final int MOST_RESOURCES = 1000;

  /** Most names that a message lists. */
  private static final int MOST_NAMES = 10;

  /** What is behind the name of an Inference in its name on the network. */
  private static final String INFERENCE = "-infer";

  private final List<Facts> documents;
  private final boolean complete;
  private final Map<String, Facts> named = new LinkedHashMap<>();

  private ProjectRules(List<Facts> documents, boolean complete) {
    this.documents = documents;
    this.complete = complete;
  }

  /**
   * Judges all documents of a project together.
   *
   * @param complete whether these are all that the files have; if not, a missing name says nothing
   */
  static void check(List<Facts> documents, boolean complete) {
    if (documents.size() > MOST_RESOURCES) {
      Facts last = documents.get(MOST_RESOURCES);
      last.sink()
          .add(
              last.at(),
              "",
              "is resource "
                  + (MOST_RESOURCES + 1)
                  + " of the project, expected at most "
                  + MOST_RESOURCES);
      return;
    }
    ProjectRules rules = new ProjectRules(documents, complete);
    rules.uniqueNames();
    rules.oneNamespace();
    rules.references();
    rules.cycles();
    rules.directories();
    rules.programs();
    rules.links();
  }

  private void uniqueNames() {
    for (Facts document : documents) {
      if (document.ref().isEmpty()) {
        continue;
      }
      Facts before = named.putIfAbsent(document.ref().get(), document);
      if (before != null) {
        document
            .sink()
            .add(
                document.name().orElseThrow().at(),
                "metadata.name",
                "there are two of "
                    + Words.cut(document.ref().get())
                    + ", the first in "
                    + place(before, before.name().orElseThrow().at())
                    + "; rename or remove one");
      }
    }
  }

  private static String place(Facts document, At at) {
    String file = document.sink().file();
    return at.line() == 0 ? file : file + ":" + at.line();
  }

  private void oneNamespace() {
    Optional<Facts> first = documents.stream().filter(d -> d.namespace().isPresent()).findFirst();
    for (Facts document : documents) {
      String wanted = first.map(f -> f.namespace().orElseThrow().text()).orElse("");
      Optional<Facts.Placed> other = document.namespace().filter(n -> !n.text().equals(wanted));
      if (first.isPresent() && other.isPresent()) {
        document
            .sink()
            .add(
                other.get().at(),
                "metadata.namespace",
                "is "
                    + Words.quote(other.get().text())
                    + ", but "
                    + Words.quote(wanted)
                    + " in "
                    + place(first.get(), first.get().namespace().orElseThrow().at())
                    + "; a project has one namespace");
      }
    }
  }

  private void references() {
    for (Facts document : documents) {
      Set<String> seen = new HashSet<>();
      for (Facts.Ref ref : document.refs()) {
        if (ref.kind() == Kind.PREPARATION && !seen.add(ref.name())) {
          document.sink().add(ref.at(), ref.path(), "lists the same input twice; keep one");
        }
        if (!named.containsKey(key(ref)) && !isPerhapsMeant(ref.name())) {
          document.sink().add(ref.at(), ref.path(), dangling(ref));
        }
      }
    }
  }

  private static String key(Facts.Ref ref) {
    return ref.kind().lower() + "/" + ref.name();
  }

  /** Whether a document that could not be read well enough may be the one that is named. */
  private boolean isPerhapsMeant(String name) {
    return !complete
        || documents.stream()
            .filter(d -> d.ref().isEmpty())
            .anyMatch(d -> d.name().map(n -> n.text().equals(name)).orElse(true));
  }

  private String dangling(Facts.Ref ref) {
    Set<String> known = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (Facts document : named.values()) {
      Kind kind = document.kind().orElseThrow();
      String name = document.name().orElseThrow().text();
      if (kind == ref.kind()) {
        known.add(name);
      } else if (name.equals(ref.name())) {
        others.add(Words.withArticle(kind.word()));
      }
    }
    String message =
        "there is no "
            + ref.kind().word()
            + " named "
            + Words.quote(ref.name())
            + " in the project; ";
    Optional<String> near = Words.nearest(ref.name(), known);
    if (near.isEmpty() && !others.isEmpty()) {
      return message + Words.list(others, "and") + " of that name cannot be meant here";
    }
    return message
        + (known.isEmpty()
            ? "add a document of kind " + ref.kind().word()
            : Words.suggest(ref.name(), known.stream().map(Words::cut).toList()));
  }

  private void cycles() {
    Set<String> done = new HashSet<>();
    for (String start : named.keySet()) {
      walk(start, new ArrayDeque<>(), done);
    }
  }

  /** Follows references depth first; the path is short: a reference to itself ends it. */
  private void walk(String from, Deque<String> path, Set<String> done) {
    if (path.contains(from)) {
      report(new ArrayList<>(path), from);
      return;
    }
    Facts document = named.get(from);
    if (document == null || !done.add(from)) {
      return;
    }
    path.addLast(from);
    for (Facts.Ref ref : document.refs()) {
      walk(key(ref), path, done);
    }
    path.removeLast();
  }

  private void report(List<String> path, String again) {
    List<String> cycle = new ArrayList<>(path.subList(path.indexOf(again), path.size()));
    cycle.add(again);
    for (Facts.Ref ref : named.getOrDefault(again, documents.getFirst()).refs()) {
      if (key(ref).equals(cycle.get(1))) {
        named
            .getOrDefault(again, documents.getFirst())
            .sink()
            .add(
                ref.at(),
                ref.path(),
                "is part of a cycle: " + inWords(cycle) + "; remove one of these references");
      }
    }
  }

  private static String inWords(List<String> cycle) {
    Stream<String> shown =
        cycle.size() <= MOST_NAMES
            ? cycle.stream()
            : Stream.concat(cycle.stream().limit(MOST_NAMES - 1), Stream.of("…", cycle.getLast()));
    return shown.map(Words::cut).collect(Collectors.joining(" needs "));
  }

  private void directories() {
    record Owned(Facts document, Facts.Write write) {}
    List<Owned> before = new ArrayList<>();
    for (Facts document : documents) {
      for (Facts.Write write : document.writes()) {
        for (Owned other : before) {
          if (overlap(write, other.write())) {
            document
                .sink()
                .add(
                    write.at(),
                    write.path(),
                    "is "
                        + Words.quote(write.directory())
                        + " of volume "
                        + Words.quote(write.volume())
                        + ", in which "
                        + Words.quote(other.write().directory())
                        + " is written according to "
                        + place(other.document(), other.write().at())
                        + "; give each a directory of its own");
          }
        }
        before.add(new Owned(document, write));
      }
    }
  }

  /** A jar knows what to start; a folder of Python does not. */
  private void programs() {
    for (Facts document : documents) {
      if (document.resource().orElse(null) instanceof Inference inference
          && inference.spec().command().isEmpty()
          && inference.spec().image().map(this::isPython).orElse(false)) {
        document
            .sink()
            .add(
                document.at(),
                "spec.command",
                "is required with an image of python; add what python runs, such as 'command:"
                    + " [serve.py]'");
      }
    }
  }

  /** A name such as {@code fraud-infer} is the project's own: no host outside can be meant. */
  private void links() {
    for (Facts document : documents) {
      if (document.resource().orElse(null) instanceof Workload workload) {
        for (int i = 0; i < workload.common().egress().size(); i++) {
          String text = workload.common().egress().get(i);
          String host = text.substring(0, text.lastIndexOf(':'));
          String name = host.endsWith(INFERENCE) ? host.substring(0, host.length() - 6) : "";
          Facts.Ref ref = new Facts.Ref(Kind.INFERENCE, name, document.at(), "");
          if (!name.isEmpty()
              && !host.contains(".")
              && !named.containsKey(key(ref))
              && !isPerhapsMeant(name)) {
            document.sink().add(document.at(), "spec.egress[" + i + "]", dangling(ref));
          }
        }
      }
    }
  }

  private boolean isPython(String image) {
    return Optional.ofNullable(named.get(Kind.IMAGE.lower() + "/" + image))
        .flatMap(Facts::resource)
        .filter(r -> r instanceof Image i && i.spec().runsOn().python().isPresent())
        .isPresent();
  }

  private static boolean overlap(Facts.Write a, Facts.Write b) {
    String one = a.directory() + "/";
    String other = b.directory() + "/";
    return a.volume().equals(b.volume()) && (one.startsWith(other) || other.startsWith(one));
  }
}
