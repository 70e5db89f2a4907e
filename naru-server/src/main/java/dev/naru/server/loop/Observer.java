package dev.naru.server.loop;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Key;
import java.util.HashMap;
import java.util.Map;

/** What the engine said in the last pass; the same picture for all decisions of the next one. */
final class Observer {
  private final Engine engine;
  private volatile Map<GroupId, Observation> picture = Map.of();

  Observer(Engine engine) {
    this.engine = engine;
  }

  /** Looks at every group that the engine has. */
  void look() {
    Map<GroupId, Observation> seen = new HashMap<>();
    for (GroupId id : engine.groups()) {
      seen.put(id, engine.observe(id));
    }
    picture = Map.copyOf(seen);
  }

  /** Looks at one group again. */
  void look(GroupId id) {
    Map<GroupId, Observation> seen = new HashMap<>(picture);
    seen.put(id, engine.observe(id));
    picture = Map.copyOf(seen);
  }

  Map<GroupId, Observation> all() {
    return picture;
  }

  /** The groups of one workload. */
  Map<GroupId, Observation> of(Key key) {
    Map<GroupId, Observation> own = new HashMap<>();
    picture.forEach((id, seen) -> {
      if (id.project().equals(key.project())
          && id.kind() == key.kind()
          && id.workload().equals(key.name())) {
        own.put(id, seen);
      }
    });
    return own;
  }
}
