package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What its expressions match is tried on a cluster: claim foreign. */
class PodHookTest {
  private final PodHook hook = new PodHook("naru-system");

  @Test
  void asksInNamespacesWithWorkAndHoldsNobodyUp() {
    var made = hook.configuration(Set.of("b", "a"), "Q0E=", Optional.empty());

    assertThat(made.getWebhooks())
        .singleElement()
        .satisfies(w -> {
          assertThat(w.getFailurePolicy()).isEqualTo("Ignore");
          assertThat(w.getReinvocationPolicy()).isEqualTo("IfNeeded");
          assertThat(w.getSideEffects()).isEqualTo("NoneOnDryRun");
          assertThat(w.getTimeoutSeconds()).isEqualTo(10);
          assertThat(w.getNamespaceSelector().getMatchExpressions().getFirst().getKey())
              .isEqualTo("kubernetes.io/metadata.name");
          assertThat(w.getNamespaceSelector().getMatchExpressions().getFirst().getValues())
              .containsExactly("a", "b");
          assertThat(w.getRules().getFirst().getResources())
              .containsExactly("pods", "pods/ephemeralcontainers");
          assertThat(w.getMatchConditions())
              .extracting(MatchCondition::getExpression)
              .containsExactly(
                  "oldObject == null || object.spec != oldObject.spec",
                  "request.operation != 'CREATE' || !has(object.metadata.labels)"
                      + " || !('app.kubernetes.io/managed-by' in object.metadata.labels)"
                      + " || object.metadata.labels['app.kubernetes.io/managed-by'] != 'naru'");
        });
  }

  @Test
  void asksAboutNothingWhereThereIsNoWork() {
    assertThat(hook.configuration(Set.of(), "Q0E=", Optional.empty()).getWebhooks()).isEmpty();
  }
}
