package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A custom resource and what is kept of it, put into each other's words. Pure. */
final class CrObject {
  /** Annotation: whether it is wanted; without it, it is. */
  static final String DESIRED = "naru.dev/desired";

  /** Annotation: the newest run and its key, or the newest revision; it outlives a lost status. */
  static final String RAN = "naru.dev/ran";

  /** Annotation: a run that somebody asked for by hand. */
  static final String RUN = "naru.dev/run";

  static final String STATE = "state";
  static final String HISTORY = "history";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CrObject() {}

  /**
   * How states are written.
   *
   * <p>Both directions are pure; {@code read} throws IllegalArgumentException where it is none.
   */
  interface StateText {
    String write(State state);

    State read(String text);
  }

  static Key key(GenericKubernetesResource cr) {
    return new Key(
        cr.getMetadata().getNamespace(),
        Kind.valueOf(cr.getKind().toUpperCase(Locale.ROOT)),
        cr.getMetadata().getName());
  }

  static long version(GenericKubernetesResource cr) {
    return Long.parseLong(cr.getMetadata().getResourceVersion());
  }

  /** The resource as a file has it, without what is beside its name in the metadata. */
  static Resource resource(GenericKubernetesResource cr) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("apiVersion", cr.getApiVersion()).put("kind", cr.getKind());
    document.putObject("metadata").put("name", cr.getMetadata().getName());
    document.set("spec", MAPPER.valueToTree(cr.get("spec")));
    return read(document);
  }

  private static Resource read(JsonNode document) {
    return switch (ProjectReader.fromJson(document)) {
      case Decoding.Decoded(Resource resource) -> resource;
      case Decoding.Undecodable(var problems) ->
          throw new IllegalArgumentException(problems.getFirst().toString());
    };
  }

  /** The same resource as {@link #resource} gives it. */
  static Resource bare(Resource resource) {
    ObjectNode document = ProjectReader.toJson(resource);
    document.putObject("metadata").put("name", resource.name());
    return read(document);
  }

  /**
   * What is kept of it.
   *
   * @throws IllegalArgumentException where it cannot be read
   */
  static Stored stored(GenericKubernetesResource cr, StateText texts) {
    Resource resource = resource(cr);
    return new Stored(
        key(cr),
        version(cr),
        Optional.ofNullable(cr.getMetadata().getGeneration()).orElse(1L),
        resource,
        desired(cr),
        state(cr, resource, texts),
        Instant.parse(cr.getMetadata().getCreationTimestamp()));
  }

  private static Stored.Desired desired(GenericKubernetesResource cr) {
    if (cr.getMetadata().getDeletionTimestamp() != null) {
      return Stored.Desired.REMOVED;
    }
    return switch (Labels.annotation(cr, DESIRED)) {
      case "Down" -> Stored.Desired.DOWN;
      case "Removed" -> Stored.Desired.REMOVED;
      default -> Stored.Desired.UP;
    };
  }

  static String word(Stored.Desired desired) {
    return switch (desired) {
      case UP -> "Up";
      case DOWN -> "Down";
      case REMOVED -> "Removed";
    };
  }

  private static State state(GenericKubernetesResource cr, Resource resource, StateText texts) {
    if (resource instanceof Image image) {
      return new State.OfThing(image.spec().ref());
    }
    if (resource instanceof Volume) {
      return new State.OfThing(Optional.empty());
    }
    String text = stateText(cr);
    State state = text.isEmpty() ? nothing(resource.kind()) : texts.read(text);
    return state instanceof State.OfRuns runs
        ? asked(runs, cr.getMetadata().getName(), Labels.annotation(cr, RUN))
        : state;
  }

  /** What is known of a workload of which nothing is known. */
  static State nothing(Kind kind) {
    return kind == Kind.INFERENCE ? State.OfService.none() : State.OfRuns.none();
  }

  /** Somebody asks for a run by naming the next one: {@code fraud-4}, or {@code fraud-4 drill}. */
  private static State.OfRuns asked(State.OfRuns runs, String name, String annotation) {
    String[] words = annotation.split(" ", 2);
    Optional<Run.Cause> ask =
        words[0].equals(name + "-" + (runs.lastRun() + 1))
            ? Optional.of(words.length > 1 ? Run.Cause.DRILL : Run.Cause.RERUN)
            : Optional.empty();
    return new State.OfRuns(runs.runs(), runs.lastRun(), runs.models(), ask);
  }

  /** The newest numbers that a state has given out; empty for none. */
  static String numbers(State state) {
    return switch (state) {
      case State.OfRuns runs when runs.lastRun() > 0 ->
          runs.lastRun() + " " + (runs.models().isEmpty() ? 0 : runs.models().getLast().version());
      case State.OfService service when service.lastRevision() > 0 ->
          Integer.toString(service.lastRevision());
      default -> "";
    };
  }

  /** A state without history that gives out no number again. */
  static State numbered(State nothing, String numbers, Instant at) {
    String[] words = numbers.split(" ", -1);
    int last = Integer.parseInt(words[0]);
    if (nothing instanceof State.OfService) {
      return new State.OfService(List.of(), last, 0, Instant.EPOCH, false);
    }
    int model = Integer.parseInt(words[1]);
    List<ModelVersion> models =
        model == 0
            ? List.of()
            : List.of(
                new ModelVersion(
                    model,
                    last,
                    "",
                    new TreeMap<>(),
                    false,
                    false,
                    "made before the resource was deleted",
                    at));
    return new State.OfRuns(List.of(), last, models, Optional.empty());
  }

  /** What {@link #RUN} says of a wish for a run; empty for none. */
  static String run(Key key, State state) {
    return state instanceof State.OfRuns runs
        ? runs.ask()
            .map(c ->
                key.name() + "-" + (runs.lastRun() + 1) + (c == Run.Cause.DRILL ? " drill" : ""))
            .orElse("")
        : "";
  }

  /** The text of a state, without what is in an annotation. */
  static String text(State state, StateText texts) {
    return texts.write(
        state instanceof State.OfRuns runs
            ? new State.OfRuns(runs.runs(), runs.lastRun(), runs.models(), Optional.empty())
            : state);
  }

  static String stateText(GenericKubernetesResource cr) {
    Object text = cr.get("status", STATE);
    return text == null ? "" : text.toString();
  }

  /** Whether it has run and nothing is known of that any more: its status was lost. */
  static boolean historyLost(GenericKubernetesResource cr) {
    return stateText(cr).isEmpty() && !Labels.annotation(cr, RAN).isEmpty();
  }

  /** What {@link #RAN} shall say of a state; empty for nothing yet. */
  static String ran(Key key, State state) {
    return switch (state) {
      case State.OfRuns runs ->
          runs.last().map(r -> key.name() + "-" + r.number() + "/" + r.key()).orElse("");
      case State.OfService service ->
          service.lastRevision() == 0 ? "" : "revision-" + service.lastRevision();
      case State.OfThing _ -> "";
    };
  }

  static List<Event> history(GenericKubernetesResource cr) {
    List<Event> events = new ArrayList<>();
    JsonNode all = MAPPER.valueToTree(cr.get("status", HISTORY));
    if (all != null && all.isArray()) {
      for (JsonNode one : all) {
        events.add(
            new Event(
                key(cr),
                Instant.parse(one.path("at").asText()),
                Event.Level.valueOf(one.path("level").asText()),
                one.path("reason").asText(),
                one.path("message").asText()));
      }
    }
    return events;
  }

  /**
   * What a merge must say so that what is there becomes what is wanted: fields that differ, and
   * null for those that are no more.
   *
   * @param kept fields of the outermost object that are left alone
   */
  static ObjectNode difference(JsonNode there, JsonNode wanted, Set<String> kept) {
    ObjectNode change = MAPPER.createObjectNode();
    wanted
        .properties()
        .forEach(e -> {
          JsonNode before = there.path(e.getKey());
          if (before.isObject() && e.getValue().isObject()) {
            ObjectNode inner = difference(before, e.getValue(), Set.of());
            if (!inner.isEmpty()) {
              change.set(e.getKey(), inner);
            }
          } else if (!before.equals(e.getValue())) {
            change.set(e.getKey(), e.getValue());
          }
        });
    there
        .properties()
        .forEach(e -> {
          if (!wanted.has(e.getKey()) && !kept.contains(e.getKey())) {
            change.putNull(e.getKey());
          }
        });
    return change;
  }

  /** A merge patch of the status; the version is its precondition. */
  static String statusPatch(String version, ObjectNode status) {
    ObjectNode patch = MAPPER.createObjectNode();
    patch.putObject("metadata").put("resourceVersion", version);
    patch.set("status", status);
    return patch.toString();
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A list of events as the status keeps it. */
  static JsonNode history(List<Event> events) {
    var all = MAPPER.createArrayNode();
    for (Event event : events) {
      all.addObject()
          .put("at", event.at().toString())
          .put("level", event.level().name())
          .put("reason", event.reason())
          .put("message", event.message());
    }
    return all;
  }

  /** The whole object to be made or put in the place of another. */
  static GenericKubernetesResource document(Stored stored) {
    ObjectNode document = ProjectReader.toJson(stored.resource());
    return MAPPER.convertValue(document, GenericKubernetesResource.class);
  }

  static Object spec(Resource resource) {
    return MAPPER.convertValue(ProjectReader.toJson(resource).get("spec"), Object.class);
  }

  /** The same with the types that the cluster would give back. */
  static Object plain(JsonNode node) {
    return MAPPER.convertValue(node, Object.class);
  }

  static JsonNode tree(@org.jspecify.annotations.Nullable Object value) {
    return MAPPER.valueToTree(value);
  }
}
