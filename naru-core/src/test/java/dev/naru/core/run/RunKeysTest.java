package dev.naru.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunKeysTest {
  private static String key(Workload workload) {
    return RunKeys.of(workload, "sha256:app", name -> "key of " + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command: ['train', 'x']",
        "env: {A: '1'}",
        "workers: 3",
        "inputs: [{from: 'rows'}]",
      })
  void aChangeOfATrainingIsAnotherRun(String change) {
    assertThat(key(Specs.training(change))).isNotEqualTo(key(Specs.training("")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"command: ['prepare', 'x']", "env: {A: '1'}", "shards: 4"})
  void aChangeOfAPreparationIsAnotherRun(String change) {
    assertThat(key(Specs.preparation(change))).isNotEqualTo(key(Specs.preparation("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: {cpu: '2', memory: '4Gi'}",
        "limits: {cpu: '2'}",
        "recovery: {attempts: 9, within: '1m'}",
        "model: {promoteWhen: 'metrics.auc > 0.5'}",
        "checkpoints: {volume: 'data', path: 'elsewhere'}",
        "grace: '1m'",
        "isolation: 'required'",
        "egress: ['db.bank.example:5432']",
      })
  void anythingElseOfATrainingIsTheSameRun(String change) {
    assertThat(key(Specs.training(change))).isEqualTo(key(Specs.training("")));
  }

  @Test
  void theOutputsPlaceIsNotInTheKey() {
    assertThat(key(Specs.preparation("output: {volume: 'data', path: 'elsewhere'}")))
        .isEqualTo(key(Specs.preparation("")));
  }

  @Test
  void theImageAndTheKeysOfTheInputsAreInTheKey() {
    Workload fed = Specs.training("inputs: [{from: 'rows'}]");

    assertThat(RunKeys.of(fed, "sha256:app", _ -> "a"))
        .isNotEqualTo(RunKeys.of(fed, "sha256:other", _ -> "a"))
        .isNotEqualTo(RunKeys.of(fed, "sha256:app", _ -> "b"));
  }

  @Test
  void orderMattersInACommandButNeitherInEnvNorInInputs() {
    assertThat(key(Specs.training("command: ['a', 'b']")))
        .isNotEqualTo(key(Specs.training("command: ['b', 'a']")));
    assertThat(key(Specs.training("env: {A: '1', B: '2'}, inputs: [{from: 'x'}, {from: 'y'}]")))
        .isEqualTo(
            key(Specs.training("env: {B: '2', A: '1'}, inputs: [{from: 'y'}, {from: 'x'}]")));
  }

  @Test
  void noValueCanPassForTwoLines() {
    assertThat(key(Specs.training("command: ['a\\ncommand 1 b']")))
        .isNotEqualTo(key(Specs.training("command: ['a', 'b']")));
    assertThat(key(Specs.training("command: ['a b']")))
        .isNotEqualTo(key(Specs.training("command: ['a', 'b']")));
  }

  @Test
  void theKeyIsTheDigestOfOneLinePerFactWithItsLength() {
    assertThat(key(Specs.training("env: {A: '1'}, inputs: [{from: 'rows'}]")))
        .isEqualTo(
            TreeDigest.ofText(
                """
                naru run key 1
                kind 8 Training
                image 10 sha256:app
                command 5 train
                env 3 A=1
                workers 1 2
                input 16 rows key of rows
                """))
        .isEqualTo("sha256:a93291963adea788699acaf56e12c3a210ed23fadd407479b0ad4c79582bc481");
  }
}
