package dev.naru.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Node;
import dev.naru.core.run.InputState;
import dev.naru.core.serve.ModelChoice;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<Node> NODES = Specs.room("2", "8Gi").nodes();
  private static final Features FEATURES = new Features(true, false, true, true, true);
  private static final Training FED = Specs.training("inputs: [{from: 'rows'}]");

  private static List<Resource> file() {
    return List.of(
        Specs.image(),
        Specs.volume("1Gi"),
        Specs.preparation(""),
        FED,
        Specs.inference("replicas: {min: 1, max: 4}"));
  }

  private static List<Resource> with(Resource changed) {
    return file().stream().map(r -> r.ref().equals(changed.ref()) ? changed : r).toList();
  }

  private static List<Stored> applied(List<Resource> file, List<Stored> before) {
    return Planner.applied("p", file, before, Map.of("app", "sha256:app"), Instant.EPOCH);
  }

  private static Plan plan(List<Resource> file, List<Stored> before) {
    return Planner.plan(before, applied(file, before), List.of(), NODES, FEATURES);
  }

  private static List<String> words(Plan plan) {
    return plan.changes().stream()
        .map(c -> c.action() + " " + c.ref() + ": " + c.detail())
        .toList();
  }

  private static Run run(Stored object, String key, Run.Phase phase) {
    return new Run(
        1,
        key,
        Run.Cause.FILE,
        (Workload) object.resource(),
        "sha256:app",
        Specs.JAVA,
        new TreeMap<>(),
        phase,
        List.of(),
        0,
        new TreeMap<>(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        phase == Run.Phase.FAILED ? "rank 0 ended with 64" : "",
        NOW,
        Optional.empty());
  }

  /** The project after its runs came to that phase. */
  private static List<Stored> settled(Run.Phase phase) {
    List<Stored> fresh = applied(file(), List.of());
    Wishes wishes = new Wishes(fresh);
    List<Stored> settled = new ArrayList<>();
    for (Stored object : fresh) {
      settled.add(
          switch (object.resource()) {
            case Preparation p -> ran(object, wishes.runKey(p).orElseThrow(), phase);
            case Training t -> ran(object, wishes.runKey(t).orElseThrow(), phase);
            case Inference i -> object.with(served(i));
            default -> object;
          });
    }
    return settled;
  }

  private static Stored ran(Stored object, String key, Run.Phase phase) {
    return object.with(
        new State.OfRuns(List.of(run(object, key, phase)), 1, List.of(), Optional.empty()));
  }

  private static State.OfService served(Inference inference) {
    Revision revision =
        new Revision(
            1,
            "key",
            inference,
            Optional.of(1),
            Optional.of(1),
            Optional.of("sha256:m"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            NOW);
    return new State.OfService(List.of(revision), 1, 1, NOW, true);
  }

  @Test
  void aNewProjectIsMadeAndRun() {
    assertThat(words(plan(file(), List.of())))
        .containsExactly(
            "CREATE image/app: new",
            "CREATE volume/data: new",
            "RUN preparation/rows: runs as rows-1: it never ran",
            "RUN training/fraud: runs as fraud-1: it never ran",
            "CREATE inference/fraud: new");
  }

  @Test
  void anUnchangedFileIsNothingToDo() {
    List<Stored> before = settled(Run.Phase.SUCCEEDED);

    assertThat(plan(file(), before).nothingToDo()).isTrue();
    assertThat(applied(file(), before)).isEqualTo(before);
    assertThat(plan(file(), settled(Run.Phase.ACTIVE)).nothingToDo()).isTrue();
  }

  @Test
  void aFailedRunIsNotRepeated() {
    Plan plan = plan(file(), settled(Run.Phase.FAILED));

    assertThat(plan.nothingToDo()).isTrue();
    assertThat(words(plan)).contains("KEEP training/fraud: fraud-1 failed: rank 0 ended with 64");
  }

  @Test
  void aChangedCommandTouchesOnlyWhatDependsOnIt() {
    Plan training =
        plan(
            with(Specs.training("inputs: [{from: 'rows'}], command: ['other']")),
            settled(Run.Phase.SUCCEEDED));
    assertThat(words(training).stream().filter(w -> !w.startsWith("KEEP")))
        .containsExactly("RUN training/fraud: runs as fraud-2: what it depends on changed");
    assertThat(training.needsConfirmation()).isFalse();

    Plan preparation = plan(with(Specs.preparation("shards: 4")), settled(Run.Phase.SUCCEEDED));
    assertThat(words(preparation).stream().filter(w -> !w.startsWith("KEEP")))
        .containsExactly(
            "RUN preparation/rows: runs as rows-2: what it depends on changed",
            "RUN training/fraud: runs as fraud-2: what it depends on changed");
  }

  @Test
  void aChangeThatStopsARunAsksFirst() {
    Plan plan =
        plan(
            with(Specs.training("inputs: [{from: 'rows'}], workers: 3")),
            settled(Run.Phase.ACTIVE));

    assertThat(plan.needsConfirmation()).isTrue();
    assertThat(words(plan))
        .contains(
            "REPLACE training/fraud: fraud-1 is stopped, fraud-2 runs instead: what it depends on"
                + " changed");
  }

  @Test
  void whatIsNotInTheKeyUpdatesAndRunsNothing() {
    Plan plan =
        plan(
            with(Specs.training("inputs: [{from: 'rows'}], model: {promoteWhen: 'metrics.a > 1'}")),
            settled(Run.Phase.SUCCEEDED));

    assertThat(words(plan))
        .contains("UPDATE training/fraud: fraud-1 succeeded; no new run is needed");
    assertThat(plan.needsConfirmation()).isFalse();
  }

  @Test
  void anInferenceIsReplacedOnlyWhereItsReplicasRunSomethingElse() {
    assertThat(
            words(
                plan(
                    with(Specs.inference("replicas: {min: 2, max: 4}")),
                    settled(Run.Phase.SUCCEEDED))))
        .contains("UPDATE inference/fraud: its replicas stay");
    assertThat(words(plan(with(Specs.inference("env: {A: '1'}")), settled(Run.Phase.SUCCEEDED))))
        .contains("REPLACE inference/fraud: its replicas are replaced one by one, without a pause");
  }

  @Test
  void afterDownOnlyInferencesStart() {
    List<Stored> down =
        settled(Run.Phase.SUCCEEDED).stream()
            .map(s -> s.resource() instanceof Workload ? s.with(Stored.Desired.DOWN) : s)
            .toList();
    Plan plan = plan(file(), down);

    assertThat(words(plan).stream().filter(w -> !w.startsWith("KEEP")))
        .containsExactly(
            "START preparation/rows: rows-1 succeeded; no new run is needed",
            "START training/fraud: fraud-1 succeeded; no new run is needed",
            "START inference/fraud: comes up again");
  }

  @Test
  void aRunThatWasStoppedByDownGoesOn() {
    List<Stored> down =
        settled(Run.Phase.STOPPED).stream().map(s -> s.with(Stored.Desired.DOWN)).toList();

    assertThat(words(plan(file(), down)))
        .contains("START training/fraud: fraud-1 goes on where it was stopped");
  }

  @Test
  void whatTheFileNoLongerNamesIsRemovedButVolumesStay() {
    List<Stored> before = settled(Run.Phase.ACTIVE);
    List<Stored> after = applied(List.of(Specs.image()), before);
    Plan plan = Planner.plan(before, after, List.of(), NODES, FEATURES);

    assertThat(words(plan))
        .containsExactly(
            "KEEP image/app: unchanged",
            "KEEP volume/data: unchanged",
            "REMOVE preparation/rows: the file no longer names it",
            "REMOVE training/fraud: the file no longer names it",
            "REMOVE inference/fraud: the file no longer names it");
    assertThat(plan.needsConfirmation()).isTrue();
    assertThat(
            words(
                Planner.plan(
                    after, applied(List.of(Specs.image()), after), List.of(), NODES, FEATURES)))
        .containsExactly("KEEP image/app: unchanged", "KEEP volume/data: unchanged");
  }

  @Test
  void whatIsNamedAgainKeepsItsNumbers() {
    List<Stored> removed = applied(List.of(Specs.image()), settled(Run.Phase.SUCCEEDED));
    Plan plan = plan(with(Specs.training("inputs: [{from: 'rows'}], command: ['other']")), removed);

    assertThat(words(plan))
        .contains("RUN training/fraud: runs as fraud-2: what it depends on changed");
  }

  @Test
  void neverAnyRoomIsRefusedWithTheFigures() {
    Plan plan =
        plan(
            with(Specs.training("inputs: [{from: 'rows'}], workers: 5, resources: {cpu: '500m'}")),
            List.of());

    assertThat(plan.refused()).isTrue();
    assertThat(plan.judgements())
        .containsExactly(
            new Judgement(
                Judgement.Level.REFUSED,
                "training/fraud",
                "spec.resources",
                "there will never be room: 5 × 500m cpu and 256Mi memory wanted, room for 4; free:"
                    + " n1 2 cpu, 8Gi memory (short of cpu); lower spec.resources or"
                    + " spec.workers"));
    assertThat(plan(with(Specs.inference("replicas: {min: 21}")), List.of()).judgements())
        .extracting(Judgement::message)
        .allMatch(m -> m.endsWith("lower spec.resources or spec.replicas.min"))
        .hasSize(1);
    assertThat(plan(with(Specs.preparation("shards: 100")), List.of()).refused()).isFalse();
  }

  @Test
  void whatUsesAVolumeOfOneNodeIsRefusedWhereNoNodeHasRoomForAllOfIt() {
    List<Node> two =
        List.of(
            new Node("n1", new Cpu(1000), Bytes.ofMebibytes(4096)),
            new Node("n2", new Cpu(1000), Bytes.ofMebibytes(4096)));
    List<Resource> file =
        with(Specs.training("inputs: [{from: 'rows'}], resources: {cpu: '600m'}"));

    Plan plan = Planner.plan(List.of(), applied(file, List.of()), List.of(), two, FEATURES);
    assertThat(plan.judgements())
        .containsExactly(
            new Judgement(
                Judgement.Level.REFUSED,
                "training/fraud",
                "spec.resources",
                "all its replicas must be on one node, for volume/data is ReadWriteOnce, and no"
                    + " node has room for all: 2 × 600m cpu and 256Mi memory wanted, room for 2;"
                    + " free: n1 1 cpu, 4Gi memory (short of cpu), n2 1 cpu, 4Gi memory (short of"
                    + " cpu); say access: ReadWriteMany there, or lower spec.resources or"
                    + " spec.workers"));
    Features anyNode = new Features(true, false, true, true, false);
    assertThat(Planner.plan(List.of(), applied(file, List.of()), List.of(), two, anyNode).refused())
        .isFalse();
    assertThat(plan(file, List.of()).refused()).as("one node has room").isFalse();
  }

  @Test
  void replicasOfAModelOnAVolumeOfOneNodeMustAllFitThere() {
    List<Node> two =
        List.of(
            new Node("n1", new Cpu(1000), Bytes.ofMebibytes(4096)),
            new Node("n2", new Cpu(1000), Bytes.ofMebibytes(4096)));
    List<Resource> file =
        with(Specs.inference("replicas: {min: 3, max: 4}, resources: {cpu: '500m'}"));

    assertThat(
            Planner.plan(List.of(), applied(file, List.of()), List.of(), two, FEATURES)
                .judgements())
        .singleElement()
        .satisfies(j -> {
          assertThat(j.ref()).isEqualTo("inference/fraud");
          assertThat(j.message()).contains("volume/data").endsWith("or spec.replicas.min");
        });
  }

  @Test
  void anInputIsReadyOnceItRanAsTheFileAsks() {
    assertThat(new Wishes(settled(Run.Phase.SUCCEEDED)).inputStates(FED))
        .containsEntry("rows", new InputState.Ready(1, "data", "rows"));
    assertThat(new Wishes(settled(Run.Phase.ACTIVE)).inputStates(FED).get("rows"))
        .isEqualTo(new InputState.Waiting("waits for preparation/rows, which is running"));
    assertThat(new Wishes(settled(Run.Phase.FAILED)).inputStates(FED).get("rows"))
        .isInstanceOf(InputState.Failed.class);
    List<Stored> changed =
        applied(with(Specs.preparation("shards: 4")), settled(Run.Phase.SUCCEEDED));
    assertThat(new Wishes(changed).inputStates(FED).get("rows"))
        .isEqualTo(
            new InputState.Waiting(
                "waits for preparation/rows, which has not run as the file asks"));
  }

  @Test
  void referencesThatLeadNowhereAreWaitedFor() {
    Wishes wishes = new Wishes(List.of());

    assertThat(wishes.runKey(FED)).isEmpty();
    assertThat(wishes.image(FED)).isEmpty();
    assertThat(wishes.inputStates(FED).get("rows")).isInstanceOf(InputState.Waiting.class);
    assertThat(wishes.model(Specs.inference(""))).isInstanceOf(ModelChoice.None.class);
  }

  @Test
  void anInferenceServesTheNewestPromotedModelOrTheOneThatItPins() {
    List<Stored> objects = new ArrayList<>(settled(Run.Phase.SUCCEEDED));
    objects.replaceAll(s ->
        s.key().kind() == Kind.TRAINING
            ? s.with(
                new State.OfRuns(
                    List.of(),
                    3,
                    List.of(model(1, true), model(2, true), model(3, false)),
                    Optional.empty()))
            : s);
    Wishes wishes = new Wishes(objects);

    assertThat(wishes.model(Specs.inference("")))
        .isEqualTo(new ModelChoice.Serve("fraud", model(2, true)));
    assertThat(wishes.model(Specs.inference("model: {from: 'fraud', version: 3}")))
        .isEqualTo(new ModelChoice.Serve("fraud", model(3, false)));
    assertThat(wishes.model(Specs.inference("model: {from: 'fraud', version: 9}")))
        .isEqualTo(new ModelChoice.None("training/fraud has no model version 9 yet"));
    assertThat(wishes.model(Specs.ownImage(""))).isEqualTo(new ModelChoice.OwnImage());
  }

  private static ModelVersion model(int version, boolean promoted) {
    return new ModelVersion(
        version, version, "sha256:" + version, new TreeMap<>(), true, promoted, "", NOW);
  }

  /** On a cluster objects arrive one by one, and no file is there that could be refused. */
  @Test
  void circleOfInputsHasNoRunKey() {
    Preparation circle = Specs.preparation("inputs: [{from: 'rows'}]");
    List<Resource> file = List.of(Specs.image(), Specs.volume("1Gi"), circle);

    assertThat(new Wishes(applied(file, List.of())).runKey(circle)).isEmpty();
  }
}
