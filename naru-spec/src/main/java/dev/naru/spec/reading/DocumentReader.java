package dev.naru.spec.reading;

import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Metadata;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.TrustPolicy;
import dev.naru.spec.Volume;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one document: its head first, and what the head says it is. */
final class DocumentReader {
  static final List<String> KEYS = List.of("apiVersion", "kind", "metadata", "spec");

  /** What a cluster writes into the objects that it keeps; no word of the user's. */
  private static final Set<String> KEPT_BY_CLUSTER =
      Set.of(
          "uid",
          "resourceVersion",
          "generation",
          "generateName",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "finalizers",
          "managedFields",
          "ownerReferences",
          "selfLink");

  private final Facts facts;
  private final Sink sink;

  private DocumentReader(Facts facts) {
    this.facts = facts;
    this.sink = facts.sink();
  }

  /**
   * Reads a document.
   *
   * @param kept whether it is an object that a store or a cluster kept, with a status and metadata
   *     of theirs, which are passed over
   */
  static Facts read(Tree tree, Sink sink, boolean kept) {
    Facts facts = new Facts(sink, tree.at());
    DocumentReader reader = new DocumentReader(facts);
    if (tree instanceof Tree.Mapping mapping) {
      reader.document(kept ? withoutKept(mapping) : mapping);
    } else {
      sink.add(
          tree.at(),
          "",
          "expected a mapping with apiVersion, kind, metadata and spec, found " + tree.words());
    }
    return facts;
  }

  static Tree.Mapping withoutKept(Tree.Mapping document) {
    List<Tree.Entry> entries =
        document.entries().stream()
            .filter(e -> !e.key().equals("status"))
            .map(e ->
                e.key().equals("metadata") && e.value() instanceof Tree.Mapping m
                    ? new Tree.Entry(e.at(), e.key(), usersOwn(m))
                    : e)
            .toList();
    return new Tree.Mapping(document.at(), entries);
  }

  private static Tree.Mapping usersOwn(Tree.Mapping metadata) {
    return new Tree.Mapping(
        metadata.at(),
        metadata.entries().stream().filter(e -> !KEPT_BY_CLUSTER.contains(e.key())).toList());
  }

  private void document(Tree.Mapping mapping) {
    long before = sink.count();
    if (mapping.entries().stream().noneMatch(e -> KEYS.contains(e.key()))) {
      sink.add(mapping.at(), "", "is no resource: expected apiVersion, kind, metadata and spec");
      return;
    }
    noteIdentity(mapping);
    boolean known = apiVersion(mapping);
    Optional<Kind> kind = known ? kind(mapping) : Optional.empty();
    kind.ifPresent(facts::isOf);
    if (!known) {
      return;
    }
    for (Tree.Entry entry : mapping.entries()) {
      if (!KEYS.contains(entry.key())) {
        sink.add(entry.at(), TreeComposer.path("", entry.key()), unknown(entry.key()));
      }
    }
    Binder binder = new Binder(sink, facts);
    Optional<Metadata> metadata =
        part(mapping, "metadata").flatMap(t -> binder.bind(Metadata.class, t, "metadata"));
    if (kind.isPresent()) {
      Optional<? extends Record> spec =
          part(mapping, "spec").flatMap(t -> binder.bind(specOf(kind.get()), t, "spec"));
      if (metadata.isPresent() && spec.isPresent() && sink.count() == before) {
        facts.became(resource(metadata.get(), spec.get()));
      }
    }
  }

  private String unknown(String key) {
    return key.equals("status")
        ? "is written by Naru, not by a file; remove it"
        : Binder.unknown(key, KEYS);
  }

  private void noteIdentity(Tree.Mapping mapping) {
    if (mapping.get("metadata").map(Tree.Entry::value).orElse(null) instanceof Tree.Mapping m) {
      text(m, "name").ifPresent(s -> facts.isNamed(s.text(), s.at()));
      text(m, "namespace").ifPresent(s -> facts.isIn(s.text(), s.at()));
    }
  }

  private static Optional<Tree.Scalar> text(Tree.Mapping mapping, String key) {
    return mapping
        .get(key)
        .map(Tree.Entry::value)
        .filter(v -> v instanceof Tree.Scalar s && s.type() == Tree.Type.TEXT)
        .map(Tree.Scalar.class::cast);
  }

  private Optional<Tree> part(Tree.Mapping mapping, String key) {
    Optional<Tree> part = mapping.get(key).map(Tree.Entry::value);
    if (part.isEmpty()) {
      sink.add(mapping.at(), key, "is required but not there; add '" + key + ":'");
    }
    return part.filter(t -> !t.isRefused());
  }

  private boolean apiVersion(Tree.Mapping mapping) {
    Optional<Tree> version = part(mapping, "apiVersion");
    boolean known = version.isPresent() && isText(version.get(), Resource.API_VERSION);
    if (version.isPresent() && !known) {
      sink.add(
          version.get().at(),
          "apiVersion",
          "expected "
              + Resource.API_VERSION
              + ", which is all this version of Naru knows, found "
              + version.get().words());
    }
    return known || version.isEmpty();
  }

  private static boolean isText(Tree tree, String text) {
    return tree instanceof Tree.Scalar s && s.type() == Tree.Type.TEXT && s.text().equals(text);
  }

  private Optional<Kind> kind(Tree.Mapping mapping) {
    Optional<Tree> part = part(mapping, "kind");
    if (part.isEmpty()) {
      return Optional.empty();
    }
    Tree tree = part.get();
    List<String> known = Arrays.stream(Kind.values()).map(Kind::word).toList();
    Optional<Kind> kind =
        Arrays.stream(Kind.values()).filter(k -> isText(tree, k.word())).findFirst();
    if (kind.isEmpty()) {
      String found = tree instanceof Tree.Scalar s ? s.text() : "";
      sink.add(
          tree.at(),
          "kind",
          NotYet.kind(found)
              .or(() -> notOfAProject(found))
              .orElseGet(() ->
                  "expected a kind that Naru knows, found "
                      + tree.words()
                      + "; "
                      + Words.suggest(found, known)));
    }
    return kind;
  }

  private static Optional<String> notOfAProject(String found) {
    return found.equals(TrustPolicy.KIND)
        ? Optional.of(
            "a TrustPolicy belongs to who runs the home or the cluster, not to a project; remove it"
                + " here and use 'naru trust set FILE', on a cluster 'kubectl apply'")
        : Optional.empty();
  }

  /** The record that the {@code spec} of a kind becomes. */
  static Class<? extends Record> specOf(Kind kind) {
    return switch (kind) {
      case IMAGE -> Image.Spec.class;
      case VOLUME -> Volume.Spec.class;
      case PREPARATION -> Preparation.Spec.class;
      case TRAINING -> Training.Spec.class;
      case INFERENCE -> Inference.Spec.class;
    };
  }

  /** The resource of a kind, which its spec tells. */
  static Resource resource(Metadata metadata, Record spec) {
    return switch (spec) {
      case Image.Spec s -> new Image(metadata, s);
      case Volume.Spec s -> new Volume(metadata, s);
      case Preparation.Spec s -> new Preparation(metadata, s);
      case Training.Spec s -> new Training(metadata, s);
      case Inference.Spec s -> new Inference(metadata, s);
      default -> throw new IllegalArgumentException("no kind has the spec " + spec);
    };
  }
}
