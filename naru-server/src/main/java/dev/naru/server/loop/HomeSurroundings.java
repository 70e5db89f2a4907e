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

/** Those of a home: one gateway of its own, and projects that are purged once they are down. */
final class HomeSurroundings implements Surroundings {
  private final Projects projects;
  private final GatewayKeeper keeper;
  private final SignedModels models;

  HomeSurroundings(Projects projects, GatewayKeeper keeper, SignedModels models) {
    this.projects = projects;
    this.keeper = keeper;
    this.models = models;
  }

  @Override
  public void published(Question.Publish question, Fact.Published fact) {
    models.published(question, fact);
  }

  @Override
  public Optional<String> prepare(Group group) {
    return models.prepare(group);
  }

  @Override
  public void before(Map<GroupId, Observation> observed, Instant now) {
    if (projects.gatewayWanted()) {
      keeper.keep(
          observed.entrySet().stream()
              .filter(e -> GatewayKeeper.isGateway(e.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElseGet(Observation.Absent::new),
          now);
    }
  }

  @Override
  public boolean decides(Stored object) {
    return true;
  }

  /** An engine of a home asks by itself: it knows which image it is that it starts. */
  @Override
  public void admit(Group group) {}

  @Override
  public Set<Key> unreadable() {
    return Set.of();
  }

  @Override
  public Set<Key> shortForms(List<Stored> objects) {
    return projects.shortForms(objects);
  }

  @Override
  public void after(Map<Key, Live> live, Set<GroupId> groups) {
    projects.finish(groups);
  }
}
