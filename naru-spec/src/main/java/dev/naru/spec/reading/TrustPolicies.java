package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resource;
import dev.naru.spec.TrustPolicy;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads policies as strictly as projects: all that is wrong with one is told at once. */
public final class TrustPolicies {
  private TrustPolicies() {}

  /** What came of reading one. */
  public sealed interface Outcome {
    /** It is good. */
    record Read(TrustPolicy policy) implements Outcome {}

    /**
     * It is not, and nothing of it may be used.
     *
     * @param problems at least one
     */
    record Refused(List<Problem> problems) implements Outcome {
      /** Copies the list. */
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads a file that has one policy and nothing else. */
  public static Outcome read(SourceText source) {
    Sink sink = new Sink(source.name());
    YamlTrees.Documents read = YamlTrees.read(source, sink);
    Optional<TrustPolicy> policy = Optional.empty();
    if (read.documents().size() == 1) {
      policy = document(read.documents().getFirst(), sink);
    } else if (sink.count() == 0) {
      sink.add(
          At.NOWHERE,
          "",
          "expected one document of kind TrustPolicy, found " + read.documents().size());
    }
    return outcome(policy, sink);
  }

  /** Reads one as a cluster keeps it; a status of it is passed over. */
  public static Outcome fromJson(JsonNode object) {
    Sink sink = new Sink("");
    Tree tree = JsonTrees.of(object);
    return outcome(
        document(tree instanceof Tree.Mapping m ? DocumentReader.withoutKept(m) : tree, sink),
        sink);
  }

  /** Its JSON form, of which {@link #fromJson} makes an equal one. */
  public static ObjectNode toJson(TrustPolicy policy) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("apiVersion", Resource.API_VERSION).put("kind", TrustPolicy.KIND);
    node.set("metadata", JsonForm.record(policy.metadata()));
    node.set("spec", JsonForm.record(policy.spec()));
    return node;
  }

  private static Outcome outcome(Optional<TrustPolicy> policy, Sink sink) {
    return policy.isPresent() && sink.count() == 0
        ? new Outcome.Read(policy.get())
        : new Outcome.Refused(sink.problems());
  }

  /** All that belongs to a document, bound by the records; nothing where something is wrong. */
  private static Optional<TrustPolicy> document(Tree tree, Sink sink) {
    Facts facts = new Facts(sink, tree.at());
    Binder binder = new Binder(sink, facts);
    if (!(tree instanceof Tree.Mapping mapping)) {
      sink.add(tree.at(), "", "expected a mapping of kind TrustPolicy, found " + tree.words());
      return Optional.empty();
    }
    for (Tree.Entry entry : mapping.entries()) {
      if (!DocumentReader.KEYS.contains(entry.key())) {
        sink.add(entry.at(), entry.key(), Binder.unknown(entry.key(), DocumentReader.KEYS));
      }
    }
    constant(mapping, "apiVersion", Resource.API_VERSION, sink);
    constant(mapping, "kind", TrustPolicy.KIND, sink);
    List<Tree> parts = new ArrayList<>();
    for (String key : List.of("metadata", "spec")) {
      mapping
          .get(key)
          .ifPresentOrElse(
              e -> parts.add(e.value()),
              () -> sink.add(mapping.at(), key, "is required but not there; add '" + key + ":'"));
    }
    if (parts.size() < 2) {
      return Optional.empty();
    }
    Optional<Metadata> metadata = binder.bind(Metadata.class, parts.getFirst(), "metadata");
    Optional<TrustPolicy.Spec> spec = binder.bind(TrustPolicy.Spec.class, parts.get(1), "spec");
    metadata
        .flatMap(Metadata::namespace)
        .ifPresent(_ ->
            sink.add(
                parts.getFirst().at(),
                "metadata.namespace",
                "a TrustPolicy belongs to no project and no namespace; remove it"));
    spec.ifPresent(s -> times(s, parts.get(1).at(), sink));
    return metadata.isPresent() && spec.isPresent()
        ? Optional.of(new TrustPolicy(metadata.get(), spec.get()))
        : Optional.empty();
  }

  private static void constant(Tree.Mapping mapping, String key, String wanted, Sink sink) {
    Optional<Tree> found = mapping.get(key).map(Tree.Entry::value);
    boolean same = found.orElse(null) instanceof Tree.Scalar s && s.text().equals(wanted);
    if (!same) {
      sink.add(
          found.orElse(mapping).at(),
          key,
          "expected " + wanted + ", found " + found.map(Tree::words).orElse("nothing"));
    }
  }

  /** The form is checked already; the thirtieth of February has it too. */
  private static void times(TrustPolicy.Spec spec, At at, Sink sink) {
    for (int i = 0; i < spec.exceptions().size(); i++) {
      String until = spec.exceptions().get(i).until();
      try {
        Instant.parse(until);
      } catch (DateTimeException _) {
        sink.add(
            at, "spec.exceptions[" + i + "].until", "expected a day that there is, found " + until);
      }
    }
  }
}
