package dev.naru.core.serve;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Decision;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides about the revisions and replicas of one Inference: which model or image they run, how
 * many there shall be, which of them give way. Pure and level-triggered, as {@link
 * dev.naru.core.run.RunSupervisor}.
 */
public final class ServiceSupervisor {
  private final ServiceInput in;
  private final Key key;
  private final Inference.Spec spec;
  private final Notes notes;
  private final Replicas replicas;

  private ServiceSupervisor(ServiceInput in) {
    this.in = in;
    this.key = in.object().key();
    this.spec = ((Inference) in.object().resource()).spec();
    this.notes = new Notes(key, in.now());
    this.replicas = new Replicas(in, notes);
  }

  /** Decides, from all that is known now. */
  public static Decision<State.OfService> decide(ServiceInput in) {
    return new ServiceSupervisor(in).decide();
  }

  private Decision<State.OfService> decide() {
    State.OfService state = (State.OfService) in.object().state();
    if (in.object().desired() != Stored.Desired.UP) {
      return stopped(state);
    }
    state = revise(state);
    if (state.revisions().isEmpty()) {
      sweep(List.of());
      return notes.decided(state);
    }
    state = prove(state);
    Autoscaler.Wanted wanted =
        Autoscaler.decide(
            spec, state.wanted(), state.proven(), in.samples(), state.wantedSince(), in.now());
    if (wanted.replicas() != state.wanted()) {
      notes.happened(
          "Scaled",
          "%d replicas wanted, before %d: %s"
              .formatted(wanted.replicas(), state.wanted(), wanted.why()));
      state =
          new State.OfService(
              state.revisions(), state.lastRevision(), wanted.replicas(), in.now(), state.proven());
    }
    List<Revision> revisions = roll(state);
    sweep(revisions);
    revisions.forEach(this::apply);
    State.OfService next =
        new State.OfService(
            revisions, state.lastRevision(), state.wanted(), state.wantedSince(), state.proven());
    return notes.decided(next);
  }

  private Decision<State.OfService> stopped(State.OfService state) {
    if (!state.revisions().isEmpty()) {
      notes.happened("Stopped", "its replicas were stopped: it is not wanted any more");
    }
    in.observed()
        .forEach((id, seen) -> {
          if (seen instanceof Observation.Seen) {
            notes.act(new Action.Remove(id, spec.grace()));
          }
        });
    return notes.decided(
        new State.OfService(List.of(), state.lastRevision(), 0, state.wantedSince(), false));
  }

  /** Makes a new revision where the newest one runs something else than what is wanted. */
  private State.OfService revise(State.OfService state) {
    if (in.model() instanceof ModelChoice.None none) {
      notes.stands("NoPromotedModel", none.why());
      return state;
    }
    String wantedKey = ServiceGroups.key(in);
    if (state.newest().filter(r -> r.key().equals(wantedKey)).isPresent()) {
      return state;
    }
    Optional<ModelChoice.Serve> model =
        in.model() instanceof ModelChoice.Serve s ? Optional.of(s) : Optional.empty();
    Revision made =
        new Revision(
            state.lastRevision() + 1,
            wantedKey,
            (Inference) in.object().resource(),
            model.map(m -> m.model().version()),
            model.map(m -> m.model().run()),
            model.map(m -> m.model().digest()),
            model.isPresent() ? Optional.empty() : in.imageDigest(),
            model.isPresent() ? Optional.empty() : in.runtime(),
            List.of(),
            in.now());
    notes.happened(
        "RevisionCreated",
        "revision %d %s"
            .formatted(
                made.number(),
                model
                    .map(m ->
                        "serves model version %d of %s"
                            .formatted(m.model().version(), m.training()))
                    .orElse("runs its image as it is now")));
    List<Revision> revisions = new ArrayList<>(state.revisions());
    revisions.add(made);
    int wanted = Math.max(1, Math.max(state.wanted(), spec.replicas().min()));
    return new State.OfService(revisions, made.number(), wanted, in.now(), false);
  }

  /** Notes which replicas are ready, and that the newest revision has proven itself. */
  private State.OfService prove(State.OfService state) {
    List<Revision> revisions = new ArrayList<>();
    boolean proven = state.proven();
    for (Revision revision : state.revisions()) {
      List<ServiceMember> members = new ArrayList<>();
      for (ServiceMember member : revision.members()) {
        boolean first = member.readyAt().isEmpty() && replicas.ready(revision, member);
        members.add(first ? member.ready(in.now()) : member);
        if (first) {
          notes.happened(
              "ReplicaReady",
              "replica %d of revision %d is ready, %.1f s after it was decided"
                  .formatted(
                      member.index(),
                      revision.number(),
                      Duration.between(member.since(), in.now()).toMillis() / 1000.0));
        }
        proven |= first && revision.number() == state.lastRevision();
      }
      revisions.add(revision.with(members));
    }
    return new State.OfService(
        revisions,
        state.lastRevision(),
        state.wanted(),
        proven && !state.proven() ? in.now() : state.wantedSince(),
        proven);
  }

  /**
   * Shifts replicas from older revisions to the newest: one more of it than are ready, never fewer
   * ready than wanted.
   */
  private List<Revision> roll(State.OfService state) {
    Revision newest = replicas.heal(state.revisions().getLast());
    List<Revision> older = state.revisions().subList(0, state.revisions().size() - 1);
    boolean rolling = older.stream().anyMatch(r -> !r.members().isEmpty());
    int ready = replicas.serving(newest);
    int started = (int) newest.members().stream().filter(Replicas::wanted).count();
    // What was started stays even where nobody knows just now whether it is ready.
    int target = rolling ? Math.min(state.wanted(), Math.max(started, ready + 1)) : state.wanted();
    List<Revision> revisions = new ArrayList<>();
    revisions.add(replicas.resize(newest, target, true));
    // Until the newest has proven itself, the one that serves grows with the load.
    boolean growing = !state.proven() && started > 0;
    int keep = Math.max(0, state.wanted() - ready);
    for (Revision revision : older.reversed()) {
      Revision healed = replicas.heal(revision);
      int serving = replicas.serving(healed);
      Revision kept = replicas.resize(healed, keep, growing && serving > 0);
      growing &= serving == 0;
      keep = Math.max(0, keep - serving);
      if (!kept.members().isEmpty()) {
        revisions.addFirst(kept);
      }
    }
    if (rolling) {
      notes.stands(
          "RollingOut",
          "%d of %d replicas run revision %d".formatted(ready, state.wanted(), newest.number()));
    }
    return revisions;
  }

  /**
   * Applies the group where what is there is not what shall be. At zero replicas the newest group
   * stays, without members: so its next replica need not wait until the last one is gone.
   */
  private void apply(Revision revision) {
    List<ServiceMember> due = new ArrayList<>();
    for (ServiceMember member : revision.members()) {
      if (member.notBefore().isAfter(in.now())) {
        notes.wake(member.notBefore());
      } else {
        due.add(member);
      }
    }
    Group group = ServiceGroups.group(key, revision.with(due));
    boolean same =
        switch (in.observed(group.id())) {
          case Observation.Unknown _ -> true;
          case Observation.Absent _ -> group.members().isEmpty();
          case Observation.Seen seen ->
              group.members().stream().allMatch(m -> seen.replica(m).isPresent())
                  && seen.replicas().stream()
                      .filter(r ->
                          r.phase() == Replica.Phase.RUNNING || r.phase() == Replica.Phase.STARTING)
                      .allMatch(r -> group.members().contains(r.member()));
        };
    if (!same) {
      notes.act(new Action.Apply(group));
    }
  }

  /** Removes the groups of revisions that are no more. */
  private void sweep(List<Revision> revisions) {
    for (Map.Entry<GroupId, Observation> e : in.observed().entrySet()) {
      boolean wanted = revisions.stream().anyMatch(r -> r.number() == e.getKey().run());
      if (!wanted && e.getValue() instanceof Observation.Seen) {
        notes.act(new Action.Remove(e.getKey(), spec.grace()));
      }
    }
  }
}
