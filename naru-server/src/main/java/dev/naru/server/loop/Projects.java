package dev.naru.server.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.server.api.ProjectInfo;
import dev.naru.server.json.Json;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The projects of the home, and the wishes about whole projects: who owns which short form, which
 * are going down, whether the control plane shall end. All of it is durable, so that a wish
 * survives the death of the control plane.
 */
final class Projects {
  private static final String PROJECT = "project.";
  private static final String SHORT = "short.";
  private static final String ENDING = "home.ending";

  private final Store store;
  private final Engine engine;

  Projects(Store store, Engine engine) {
    this.store = store;
    this.engine = engine;
  }

  /**
   * What is remembered of a project.
   *
   * @param file what the user named: a file or a folder, absolute
   * @param engine what it runs on
   * @param up whether it is wanted
   * @param purge whether its data shall go once nothing of it runs
   */
  record Facts(String file, String engine, boolean up, boolean purge) {}

  Optional<Facts> facts(String project) {
    return store.value(PROJECT + project).map(Projects::read);
  }

  void put(String project, Facts facts) {
    ObjectNode node = Json.object();
    node.put("file", facts.file());
    node.put("engine", facts.engine());
    node.put("up", facts.up());
    node.put("purge", facts.purge());
    store.putValue(PROJECT + project, Json.text(node));
  }

  private static Facts read(String text) {
    JsonNode node = Json.read(text, "what is remembered of a project");
    return new Facts(
        node.path("file").asText(),
        node.path("engine").asText(),
        node.path("up").asBoolean(),
        node.path("purge").asBoolean());
  }

  Set<String> names() {
    return store.values(PROJECT).keySet().stream()
        .map(name -> name.substring(PROJECT.length()))
        .collect(Collectors.toCollection(java.util.TreeSet::new));
  }

  List<ProjectInfo> infos(Collection<GroupId> groups) {
    List<ProjectInfo> infos = new ArrayList<>();
    List<Stored> all = store.all();
    for (String name : names()) {
      Facts facts = facts(name).orElseThrow();
      boolean runs = groups.stream().anyMatch(g -> g.project().equals(name));
      ProjectInfo.ProjectState state =
          facts.up()
              ? ProjectInfo.ProjectState.UP
              : runs || facts.purge()
                  ? ProjectInfo.ProjectState.GOING_DOWN
                  : ProjectInfo.ProjectState.DOWN;
      int resources =
          (int)
              all.stream()
                  .filter(s -> s.key().project().equals(name))
                  .filter(s -> s.desired() != Stored.Desired.REMOVED)
                  .count();
      infos.add(new ProjectInfo(name, facts.file(), facts.engine(), state, resources));
    }
    return infos;
  }

  List<Stored> of(String project) {
    return store.all().stream().filter(s -> s.key().project().equals(project)).toList();
  }

  /** Who has the short form of an Inference's name. */
  Optional<String> shortOwner(String inference) {
    return store.value(SHORT + inference);
  }

  /** Takes the short forms that nobody has; the first project keeps one until its {@code down}. */
  void takeShortForms(String project, Collection<Inference> inferences) {
    for (Inference inference : inferences) {
      if (shortOwner(inference.name()).isEmpty()) {
        store.putValue(SHORT + inference.name(), project);
      }
    }
  }

  Set<Key> shortForms(List<Stored> objects) {
    Map<String, String> owners = store.values(SHORT);
    Set<Key> keys = new HashSet<>();
    for (Stored object : objects) {
      Key key = object.key();
      if (key.kind() == Kind.INFERENCE && key.project().equals(owners.get(SHORT + key.name()))) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Wishes a project down. */
  void down(String project, boolean purge) {
    Facts facts = facts(project).orElseThrow();
    put(project, new Facts(facts.file(), facts.engine(), false, purge || facts.purge()));
    for (Stored object : of(project)) {
      if (object.resource() instanceof Workload && object.desired() == Stored.Desired.UP) {
        rewrite(object, Stored.Desired.DOWN);
      }
    }
    store
        .values(SHORT)
        .forEach((name, owner) -> {
          if (owner.equals(project)) {
            store.removeValue(name);
          }
        });
  }

  private void rewrite(Stored object, Stored.Desired desired) {
    Stored next = object;
    while (true) {
      try {
        store.save(next.with(desired), List.of());
        return;
      } catch (ConflictException e) {
        Optional<Stored> newest = store.get(object.key());
        if (newest.isEmpty()) {
          return;
        }
        next = newest.get();
      }
    }
  }

  /** Wishes that the control plane ends once everything is down. */
  void end() {
    store.putValue(ENDING, "true");
  }

  boolean ending() {
    return store.value(ENDING).isPresent();
  }

  /** Whether there is anything that the gateway could serve. */
  boolean gatewayWanted() {
    return !ending()
        && store.all().stream()
            .anyMatch(s -> s.key().kind() == Kind.INFERENCE && s.desired() == Stored.Desired.UP);
  }

  /** Removes the data of projects that shall be purged and of which nothing runs any more. */
  void finish(Collection<GroupId> groups) {
    for (String project : names()) {
      Facts facts = facts(project).orElseThrow();
      boolean runs = groups.stream().anyMatch(g -> g.project().equals(project));
      if (!facts.up() && facts.purge() && !runs) {
        // First: whoever sees that a volume is wanted makes it anew.
        of(project).forEach(this::forget);
        for (String volume : engine.volumes(project)) {
          engine.removeVolume(project, volume);
        }
        engine.removeModels(project);
        store.removeValue(PROJECT + project);
      }
    }
  }

  private void forget(Stored object) {
    try {
      store.remove(object);
    } catch (ConflictException e) {
      store.get(object.key()).ifPresent(this::forget);
    }
  }

  /** Whether everything is down, so that the control plane may end. */
  boolean allDown(Collection<GroupId> groups) {
    return groups.stream().allMatch(GatewayKeeper::isGateway)
        && names().stream().noneMatch(n -> facts(n).filter(f -> f.up() || f.purge()).isPresent());
  }

  /** Forgets the wish to end: it is done. */
  void ended() {
    store.removeValue(ENDING);
  }
}
