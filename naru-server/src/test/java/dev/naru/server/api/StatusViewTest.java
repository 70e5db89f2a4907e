package dev.naru.server.api;

import static dev.naru.server.api.Lives.at;
import static dev.naru.server.api.Lives.inference;
import static dev.naru.server.api.Lives.killed;
import static dev.naru.server.api.Lives.member;
import static dev.naru.server.api.Lives.model;
import static dev.naru.server.api.Lives.replica;
import static dev.naru.server.api.Lives.revision;
import static dev.naru.server.api.Lives.run;
import static dev.naru.server.api.Lives.running;
import static dev.naru.server.api.Lives.runs;
import static dev.naru.server.api.Lives.seen;
import static dev.naru.server.api.Lives.training;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.state.Stored.Desired;
import dev.naru.server.json.Json;
import dev.naru.spec.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusViewTest {
  private static final Instant NOW = at(1000);
  private static final Observation ABSENT = new Observation.Absent();

  private static ObjectNode status(Live live) {
    Standing standing = StatusView.standing(live, _ -> "http://127.0.0.1:8801");
    return (ObjectNode) StatusView.object(live, standing, Map.of(), NOW).get("status");
  }

  private static Live ran(Run.Phase phase, String reason) {
    return training(
        Desired.UP, runs(List.of(), run(1, phase, List.of(running(1, 0)))), reason, ABSENT);
  }

  private static Live asked() {
    State.OfRuns before = runs(List.of(), run(1, Run.Phase.SUCCEEDED, List.of(running(1, 0))));
    return training(
        Desired.UP,
        new State.OfRuns(before.runs(), 1, List.of(), Optional.of(Run.Cause.RERUN)),
        "",
        ABSENT);
  }

  static Stream<Arguments> runPhases() {
    State.OfRuns none = State.OfRuns.none();
    State.OfRuns waiting = runs(List.of(), run(1, Run.Phase.ACTIVE, List.of()));
    State.OfRuns retrying =
        runs(
            List.of(),
            run(
                1,
                Run.Phase.ACTIVE,
                List.of(killed(1, 0), dev.naru.core.state.Attempt.planned(2, 0, at(20)))));
    return Stream.of(
        Arguments.of("new", training(Desired.UP, none, "", ABSENT), "Pending", "Pending"),
        Arguments.of(
            "waits",
            training(Desired.UP, none, "WaitingForInputs", ABSENT),
            "Pending",
            "WaitingForInputs"),
        Arguments.of(
            "input failed",
            training(Desired.UP, none, "InputFailed", ABSENT),
            "Failed",
            "InputFailed"),
        Arguments.of(
            "no room", training(Desired.UP, waiting, "NoRoom", ABSENT), "Pending", "NoRoom"),
        Arguments.of("runs", ran(Run.Phase.ACTIVE, ""), "Running", "Running"),
        Arguments.of(
            "between attempts",
            training(Desired.UP, retrying, "BackingOff", ABSENT),
            "Running",
            "BackingOff"),
        Arguments.of("publishes", ran(Run.Phase.SEALING, ""), "Running", "Running"),
        Arguments.of("succeeded", ran(Run.Phase.SUCCEEDED, ""), "Succeeded", "Succeeded"),
        Arguments.of(
            "due again",
            ran(Run.Phase.SUCCEEDED, "WaitingForInputs"),
            "Pending",
            "WaitingForInputs"),
        Arguments.of(
            "waits for its volume",
            ran(Run.Phase.SUCCEEDED, "VolumeInUse"),
            "Pending",
            "VolumeInUse"),
        Arguments.of("asked again", asked(), "Pending", "Pending"),
        Arguments.of("failed", ran(Run.Phase.FAILED, ""), "Failed", "RunFailed"),
        Arguments.of("stopped", ran(Run.Phase.STOPPED, ""), "Pending", "Stopped"),
        Arguments.of("down", training(Desired.DOWN, none, "", ABSENT), "Pending", "Stopped"),
        Arguments.of("goes", training(Desired.REMOVED, none, "", ABSENT), "Pending", "Removing"));
  }

  @ParameterizedTest(name = "{0}: {2}, {3}")
  @MethodSource("runPhases")
  void saysWhereARunStands(String name, Live live, String phase, String reason) {
    JsonNode status = status(live);
    assertThat(status.get("phase").textValue()).as(name).isEqualTo(phase);
    JsonNode ready = status.get("conditions").get(0);
    assertThat(ready.get("type").textValue()).isEqualTo("Ready");
    assertThat(ready.get("reason").textValue()).isEqualTo(reason);
    assertThat(ready.get("status").textValue())
        .isEqualTo(phase.equals("Succeeded") ? "True" : "False");
  }

  static Stream<Arguments> servicePhases() {
    return Stream.of(
        Arguments.of("new", inference(Desired.UP, 0, false, "", List.of()), "Pending", "Pending"),
        Arguments.of(
            "no model",
            inference(Desired.UP, 0, false, "NoPromotedModel", List.of()),
            "Progressing",
            "NoPromotedModel"),
        Arguments.of(
            "first start",
            inference(Desired.UP, 1, false, "", List.of(revision(1, member(0, 0)))),
            "Progressing",
            "Starting"),
        Arguments.of(
            "ready",
            inference(Desired.UP, 1, true, "", List.of(revision(1, member(0, 0))), "1.0"),
            "Ready",
            "Ready"),
        Arguments.of(
            "at zero",
            inference(Desired.UP, 0, true, "", List.of(revision(1))),
            "Ready",
            "ScaledToZero"),
        Arguments.of(
            "rolls",
            inference(
                Desired.UP,
                1,
                false,
                "RollingOut",
                List.of(revision(1, member(0, 0)), revision(2, member(0, 0))),
                "1.0"),
            "Progressing",
            "RollingOut"),
        Arguments.of(
            "old drains",
            inference(
                Desired.UP,
                1,
                true,
                "RollingOut",
                List.of(revision(1, member(0, 0).draining(at(2))), revision(2, member(0, 0))),
                "1.0",
                "2.0"),
            "Progressing",
            "RollingOut"),
        Arguments.of(
            "more wanted",
            inference(
                Desired.UP, 2, true, "", List.of(revision(1, member(0, 0), member(1, 0))), "1.0"),
            "Progressing",
            "ScalingUp"),
        Arguments.of(
            "one died",
            inference(
                Desired.UP, 2, true, "", List.of(revision(1, member(0, 0), member(1, 1))), "1.0"),
            "Degraded",
            "ReplicasNotReady"),
        Arguments.of(
            "all died",
            inference(Desired.UP, 1, true, "", List.of(revision(1, member(0, 1)))),
            "Degraded",
            "NoReplicaReady"),
        Arguments.of(
            "hopeless",
            inference(Desired.UP, 1, false, "", List.of(revision(1, member(0, 5)))),
            "Failed",
            "CrashLooping"),
        Arguments.of(
            "new one hopeless",
            inference(
                Desired.UP,
                1,
                false,
                "RollingOut",
                List.of(revision(1, member(0, 0)), revision(2, member(0, 6))),
                "1.0"),
            "Degraded",
            "CrashLooping"),
        Arguments.of(
            "no room",
            inference(Desired.UP, 1, false, "NoRoom", List.of(revision(1))),
            "Pending",
            "NoRoom"),
        Arguments.of(
            "no room for more",
            inference(Desired.UP, 2, true, "NoRoom", List.of(revision(1, member(0, 0))), "1.0"),
            "Degraded",
            "NoRoom"),
        Arguments.of(
            "down", inference(Desired.DOWN, 0, false, "", List.of()), "Pending", "Stopped"));
  }

  @ParameterizedTest(name = "{0}: {2}, {3}")
  @MethodSource("servicePhases")
  void saysWhereAnInferenceStands(String name, Live live, String phase, String reason) {
    JsonNode status = status(live);
    assertThat(status.get("phase").textValue()).as(name).isEqualTo(phase);
    JsonNode ready = status.get("conditions").get(0);
    assertThat(ready.get("reason").textValue()).isEqualTo(reason);
    assertThat(ready.get("status").textValue()).isEqualTo(phase.equals("Ready") ? "True" : "False");
  }

  @Test
  void tellsARunWithItsAttemptsAndItsModel() {
    Run run =
        run(3, Run.Phase.ACTIVE, List.of(killed(1, 0), running(2, 40).progressed(at(17))))
            .at(new Progress(120, Optional.of(200L), new TreeMap<>(Map.of("auc", 0.93)), at(18)));
    Live live =
        training(
            Desired.UP,
            runs(List.of(model(2, true)), run),
            "",
            seen(replica(0, 0, Replica.Phase.RUNNING), replica(1, 0, Replica.Phase.STARTING)));
    JsonNode status = status(live);
    assertThat(status.get("observedGeneration").longValue()).isEqualTo(2);
    assertThat(status.get("run").textValue()).isEqualTo("fraud-3");
    assertThat(status.get("runKey").textValue()).isEqualTo("sha256:key3");
    assertThat(status.get("attempt").intValue()).isEqualTo(2);
    assertThat(Json.text(status.get("attempts")))
        .isEqualTo(
            """
            [{"number":1,"startedAt":"2026-11-01T10:00:10.000Z",\
            "endedAt":"2026-11-01T10:00:15.000Z","outcome":"Failed",\
            "reason":"rank 1 was killed by signal 9","resumedFromStep":0},\
            {"number":2,"startedAt":"2026-11-01T10:00:20.000Z","resumedFromStep":40,\
            "recoverySeconds":2.0}]\
            """);
    assertThat(Json.text(status.get("progress")))
        .isEqualTo(
            """
            {"step":120,"total":200,"metrics":{"auc":0.93},"at":"2026-11-01T10:00:18.000Z"}\
            """);
    assertThat(Json.text(status.get("replicas")))
        .isEqualTo(
            """
            [{"index":0,"phase":"Running","ready":true,"node":"local","handle":"4000","restarts":1},\
            {"index":1,"phase":"Starting","ready":false,"node":"local","handle":"4001","restarts":1}]\
            """);
    assertThat(Json.text(status.get("model")))
        .isEqualTo(
            """
            {"version":2,"digest":"sha256:model2","metrics":{"auc":0.93},"promoted":true,\
            "reason":"metrics.auc is 0.93"}\
            """);
    JsonNode promoted = status.get("conditions").get(1);
    assertThat(promoted.get("type").textValue()).isEqualTo("Promoted");
    assertThat(promoted.get("status").textValue()).isEqualTo("True");
  }

  @Test
  void tellsAnInferenceWithItsAddressAndModel() {
    Live live =
        inference(Desired.UP, 1, true, "", List.of(revision(4, member(0, 0), member(1, 0))), "4.0");
    JsonNode status = status(live);
    assertThat(status.get("wanted").intValue()).isEqualTo(1);
    assertThat(status.get("ready").intValue()).isEqualTo(1);
    assertThat(status.get("revision").intValue()).isEqualTo(4);
    assertThat(status.get("url").textValue())
        .isEqualTo("http://127.0.0.1:8801/finance/fraud/v2/models/fraud");
    assertThat(status.get("model").get("name").textValue()).isEqualTo("fraud");
    assertThat(status.get("model").get("version").intValue()).isEqualTo(4);
    assertThat(status.get("replicas").get(1).get("phase").textValue()).isEqualTo("Pending");
    assertThat(status.get("requests").get("rejected").longValue()).isEqualTo(1);
  }

  @Test
  void knowsNothingOfReadinessWhileTheEngineCannotBeAsked() {
    JsonNode ready = status(ran(Run.Phase.ACTIVE, "EngineUnknown")).get("conditions").get(0);
    assertThat(ready.get("status").textValue()).isEqualTo("Unknown");
    assertThat(ready.get("reason").textValue()).isEqualTo("EngineUnknown");
  }

  @Test
  void observesNoGenerationBeforeItWasDecidedAbout() {
    Live undecided = Live.of(ran(Run.Phase.SUCCEEDED, "").stored());
    assertThat(status(undecided).get("observedGeneration").longValue()).isZero();
  }

  @Test
  void showsAVolumeAsTheFileWritesItWithItsProject() {
    Stored volume =
        new Stored(
            new Key("finance", Kind.VOLUME, "data"),
            9,
            4,
            Lives.resource(
                """
                {"apiVersion":"naru.dev/v1alpha1","kind":"Volume","metadata":{"name":"data"},
                 "spec":{"size":"2Gi"}}\
                """),
            Desired.UP,
            new State.OfThing(Optional.empty()),
            Instant.EPOCH);
    Live live = Live.of(volume);
    ObjectNode json =
        StatusView.object(
            live, StatusView.standing(live, _ -> "http://127.0.0.1:8801"), Map.of(), NOW);
    assertThat(Json.text(json))
        .isEqualTo(
            """
            {"apiVersion":"naru.dev/v1alpha1","kind":"Volume","metadata":{"name":"data",\
            "namespace":"finance","generation":4,"creationTimestamp":"1970-01-01T00:00:00.000Z",\
            "resourceVersion":"9"},\
            "spec":{"access":"ReadWriteOnce","size":"2Gi"},\
            "status":{"phase":"Ready","observedGeneration":4,"conditions":[{"type":"Ready",\
            "status":"True","reason":"Ready","message":"",\
            "lastTransitionTime":"2026-11-01T10:16:40.000Z"}]}}\
            """);
  }

  @Test
  void keepsTheTimeOfAConditionWhileItsStatusIsTheSame() {
    Condition was = new Condition("Ready", Condition.Truth.False, "Starting", "", at(5));
    Condition same = new Condition("Ready", Condition.Truth.False, "ScalingUp", "", at(9));
    Condition other = new Condition("Ready", Condition.Truth.True, "Ready", "", at(9));
    Map<String, Condition> before = Map.of("Ready", was);
    assertThat(StatusView.continued(List.of(same), before, NOW).getFirst().since())
        .isEqualTo(at(5));
    assertThat(StatusView.continued(List.of(other), before, NOW).getFirst().since()).isEqualTo(NOW);
    assertThat(StatusView.continued(List.of(other), Map.of(), NOW).getFirst().since())
        .isEqualTo(at(9));
  }
}
