package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Node;
import dev.naru.core.plan.Plan;
import dev.naru.core.plan.Planner;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.server.api.PlanAnswer;
import dev.naru.server.api.Ports;
import dev.naru.server.api.Submission;
import dev.naru.server.api.UpAnswer;
import dev.naru.server.programs.HostDrift;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.SecretFile;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What somebody submits: planned, and made the wish of its project. */
final class Submissions {
  private final Engine engine;
  private final Store store;
  private final Projects projects;
  private final Ports ports;
  private final Clock clock;

  /** Orders the writes of whole projects: two submissions never mix. */
  private final ReentrantLock writing = new ReentrantLock();

  Submissions(Engine engine, Store store, Projects projects, Ports ports, Clock clock) {
    this.engine = engine;
    this.store = store;
    this.projects = projects;
    this.ports = ports;
    this.clock = clock;
  }

  PlanAnswer plan(Submission submission) {
    return answer(submission, after(submission));
  }

  /** What of a submission is written: all that it names. */
  List<Stored> wishes(Submission submission) {
    return after(submission).stream().filter(s -> s.desired() == Stored.Desired.UP).toList();
  }

  private List<Stored> after(Submission submission) {
    Path folder = submission.resources().folder();
    Map<String, String> digests = new TreeMap<>();
    for (Image image : submission.resources().all(Image.class)) {
      digests.put(image.name(), engine.digestOf(image, folder));
    }
    return Planner.applied(
        submission.project(),
        submission.resources().resources(),
        projects.of(submission.project()),
        digests,
        clock.instant());
  }

  private PlanAnswer answer(Submission submission, List<Stored> after) {
    List<Resource> resources = submission.resources().resources();
    List<Judgement> judgements = new ArrayList<>();
    resources.forEach(r -> judgements.addAll(engine.judge(r)));
    judgements.addAll(secrets(submission));
    judgements.addAll(engine.lacks(submission.project()));
    if (engine.name().equals("process")) {
      judgements.addAll(
          HostDrift.of(submission.resources().all(Image.class), submission.resources().folder()));
    }
    List<Node> nodes = engine.nodes();
    Plan plan =
        Planner.plan(
            projects.of(submission.project()), after, judgements, nodes, engine.features());
    Optional<Projects.Facts> facts = projects.facts(submission.project());
    List<String> warnings = new ArrayList<>();
    facts
        .filter(f -> f.up() && !f.file().equals(submission.file()))
        .ifPresent(f ->
            warnings.add(
                "project '%s' was applied from %s before; now from %s"
                    .formatted(submission.project(), f.file(), submission.file())));
    return new PlanAnswer(
        submission.project(),
        engine.name(),
        plan,
        plan.needsConfirmation() || !warnings.isEmpty(),
        warnings,
        addresses(submission),
        capacity(resources, nodes));
  }

  private List<Judgement> secrets(Submission submission) {
    List<Judgement> said = new ArrayList<>();
    for (Workload workload : submission.resources().all(Workload.class)) {
      for (SecretFile secret : workload.common().secrets()) {
        engine
            .secretTrouble(submission.project(), secret.name())
            .map(why -> new Judgement(Judgement.Level.REFUSED, workload.ref(), "spec.secrets", why))
            .ifPresent(said::add);
      }
    }
    return said;
  }

  private List<PlanAnswer.Address> addresses(Submission submission) {
    List<PlanAnswer.Address> addresses = new ArrayList<>();
    for (Inference inference : submission.resources().all(Inference.class)) {
      String base = "http://127.0.0.1:" + ports.gateway();
      String owner = projects.shortOwner(inference.name()).orElse(submission.project());
      Optional<String> shortForm =
          owner.equals(submission.project())
              ? Optional.of(base + "/v2/models/" + inference.name())
              : Optional.empty();
      addresses.add(
          new PlanAnswer.Address(
              inference.ref(),
              base + "/" + submission.project() + "/" + inference.name(),
              shortForm,
              owner));
    }
    return addresses;
  }

  /** At most at once: what serves at its fewest, beside the largest run. */
  private static PlanAnswer.Capacity capacity(List<Resource> resources, List<Node> nodes) {
    long cpu = 0;
    long memory = 0;
    long runCpu = 0;
    long runMemory = 0;
    for (Resource resource : resources) {
      if (resource instanceof Workload workload) {
        int replicas =
            switch (workload) {
              case Preparation p -> p.spec().shards();
              case Training t -> t.spec().workers();
              case Inference i -> Math.max(1, i.spec().replicas().min());
            };
        Cpu c = workload.common().resources().cpu().times(replicas);
        Bytes m = workload.common().resources().memory().times(replicas);
        if (workload instanceof Inference) {
          cpu += c.millis();
          memory += m.value();
        } else {
          runCpu = Math.max(runCpu, c.millis());
          runMemory = Math.max(runMemory, m.value());
        }
      }
    }
    return new PlanAnswer.Capacity(
        nodes.stream().filter(Node::isSeen).mapToLong(n -> n.cpu().millis()).sum(),
        nodes.stream().filter(Node::isSeen).mapToLong(n -> n.memory().value()).sum(),
        cpu + runCpu,
        memory + runMemory);
  }

  UpAnswer up(Submission submission, boolean confirmed) {
    writing.lock();
    try {
      PlanAnswer answer = plan(submission);
      if (answer.plan().refused()) {
        return new UpAnswer.Refused(answer);
      }
      if (answer.needsConfirmation() && !confirmed) {
        return new UpAnswer.NeedsConfirmation(answer);
      }
      if (projects.ending()) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot apply project '"
                + submission.project()
                + "': everything is being stopped by an earlier down; try again when it has ended");
      }
      if (projects.facts(submission.project()).filter(f -> !f.up() && f.purge()).isPresent()) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot apply project '"
                + submission.project()
                + "': its data is being purged; try again in a moment");
      }
      return accept(submission, answer);
    } finally {
      writing.unlock();
    }
  }

  private UpAnswer accept(Submission submission, PlanAnswer answer) {
    String project = submission.project();
    for (Image image : submission.resources().all(Image.class)) {
      engine.keep(image, submission.resources().folder());
    }
    for (Volume volume : submission.resources().all(Volume.class)) {
      engine.ensureVolume(project, volume);
    }
    projects.put(project, new Projects.Facts(submission.file(), engine.name(), true, false));
    projects.takeShortForms(project, submission.resources().all(Inference.class));
    SortedMap<String, Long> generations = new TreeMap<>();
    for (Stored next : after(submission)) {
      Stored saved = save(next);
      if (saved.desired() == Stored.Desired.UP) {
        generations.put(saved.key().ref(), saved.generation());
      }
    }
    return new UpAnswer.Accepted(answer, generations);
  }

  /** Writes the wish; the loop may have written the state meanwhile, which stays. */
  private Stored save(Stored next) {
    Stored write = next;
    while (true) {
      Optional<Stored> newest = store.get(next.key());
      if (newest.isPresent() && newest.get().version() != write.version()) {
        Stored wish = newest.get().with(next.resource()).with(next.desired());
        write = next.resource() instanceof Image ? wish.with(next.state()) : wish;
      }
      if (newest.isPresent() && newest.get().equals(write)) {
        return write;
      }
      try {
        return store.save(write, List.of());
      } catch (ConflictException e) {
        // somebody wrote it meanwhile: once more, from what it is now
      }
    }
  }

  /** Rewrites one object by a wish; tried again where somebody wrote it meanwhile. */
  Stored change(Key key, java.util.function.UnaryOperator<Stored> wish) {
    writing.lock();
    try {
      while (true) {
        Stored now =
            store
                .get(key)
                .filter(s -> s.desired() != Stored.Desired.REMOVED)
                .orElseThrow(() ->
                    new NaruException(
                        Code.NOT_FOUND,
                        "cannot find "
                            + key.ref()
                            + " in project '"
                            + key.project()
                            + "'; naru get lists what there is"));
        try {
          return store.save(wish.apply(now), List.of());
        } catch (ConflictException e) {
          // somebody wrote it meanwhile: once more, from what it is now
        }
      }
    } finally {
      writing.unlock();
    }
  }
}
