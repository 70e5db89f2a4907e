package dev.naru.server.loop;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.server.api.Live;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a loop does around its decisions, which a home does in one way and a cluster in another. */
public interface Surroundings {
  /**
   * Called in each pass when everything was looked at and nothing is decided yet: gateways and
   * volumes are kept there.
   */
  void before(Map<GroupId, Observation> observed, Instant now);

  /** Whether anything may be decided about a resource. */
  boolean decides(Stored object);

  /**
   * Called before anything is made for a group.
   *
   * @throws dev.naru.core.NaruException UNTRUSTED where its image may not start; another where that
   *     is not known yet
   */
  void admit(Group group);

  /** Resources that cannot be read; what runs of them is left alone. */
  Set<Key> unreadable();

  /** The Inferences whose name alone is an address. */
  Set<Key> shortForms(List<Stored> objects);

  /** Called when a model is in the store; may be called again for the same one. */
  default void published(Question.Publish question, Fact.Published fact) {}

  /**
   * Called before a group is made or changed.
   *
   * @return why it cannot be yet, in words; empty where it can
   */
  default Optional<String> prepare(Group group) {
    return Optional.empty();
  }

  /** Called at the end of each pass, with where everything stands and what is there. */
  void after(Map<Key, Live> live, Set<GroupId> groups);
}
