package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are those of Kubernetes 1.37. */
class HindranceTest {
  private static final String AAA = "sha256:" + "a".repeat(64);

  private static Hindrance read(String said) {
    return Hindrance.of(said).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          QuotaExceeded | services "s" is forbidden: exceeded quota: q, requested: services=1, used: services=0, limited: services=0
          QuotaExceeded | pods "x" is forbidden: failed quota: q: must specify requests.cpu for: main
          PolicyRefused | jobs.batch "no" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no
          PolicyRefused | admission webhook "policy.bank" denied the request: unsigned
          PolicyRefused | pods "x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 100Mi
          PolicyRefused | pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true
          ImagePullFailed | cannot find h:1/a@sha256:0: registry h:1 has no such image; push it, or correct the reference
          NoStorageClass | no persistent volumes available for this claim and no storage class is set
          NoStorageClass | storageclass.storage.k8s.io "missing" not found
          ClaimPending | failed to provision volume: volume capabilities: access mode MULTI_NODE_MULTI_WRITER is not supported
          NoRoom | Unschedulable: 0/3 nodes are available: 3 Insufficient memory.
          Unschedulable | Unschedulable: 0/3 nodes are available: 3 node(s) had untolerated taint(s).
          MountFailed | MountVolume.SetUp failed for volume "v-data" : mount failed: exit status 32
          ContainerRefused | CreateContainerConfigError: secret "x" not found
          """)
  void wordsOfTheClusterHaveAReasonAndANextStep(String reason, String said) {
    assertThat(read(said).reason()).isEqualTo(reason);
    assertThat(read(said).message()).startsWith(said).hasSizeGreaterThan(said.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MountVolume.SetUp failed for volume "secrets" : secret "token" not found | there is no Secret 'token' in the namespace; kubectl create secret generic token --from-file=value=FILE
          MountVolume.SetUp failed for volume "secrets" : references non-existent secret key: value | a Secret that spec.secrets names has no key 'value'; set the value under that key
          """)
  void aMissingSecretIsToldWithTheCommandThatMakesIt(String said, String words) {
    assertThat(read(said)).isEqualTo(new Hindrance("SecretMissing", words));
  }

  @Test
  void whatIsNotKnownToHinderIsNoHindrance() {
    assertThat(Hindrance.of("")).isEmpty();
    assertThat(Hindrance.of("its container is being made")).isEmpty();
  }

  @Test
  void aRefusedPodIsToldWithoutItsName() {
    String said =
        " is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0";
    assertThat(read("Error creating: pods \"a-h86tz\"" + said))
        .isEqualTo(read("Error creating: pods \"a-cbjpm\"" + said));
    assertThat(read("Error creating: pods \"a-h86tz\"" + said).message())
        .startsWith("its pods are refused: exceeded quota: q, requested: pods=1");
  }

  @Test
  void aPullThatFailsIsToldWithTheReferenceOnce() {
    String ref = "registry.local:5000/team/x@" + AAA;
    String cause =
        "rpc error: code = NotFound desc = failed to pull and unpack image \"%s\": failed to resolve reference \"%s\": %s: not found"
            .formatted(ref, ref, ref);
    Hindrance error = read("ErrImagePull: " + cause);
    Hindrance backOff =
        read(
            "ImagePullBackOff: Back-off pulling image \"%s\": ErrImagePull: %s"
                .formatted(ref, cause));
    assertThat(error).isEqualTo(backOff);
    assertThat(error.reason()).isEqualTo("ImagePullFailed");
    assertThat(error.message())
        .isEqualTo(
            "the nodes cannot pull "
                + ref
                + ": not found; push it there (naru up and naru build --push do), or correct the"
                + " digest");
  }

  @Test
  void aRegistryThatIsDownIsToldAsSuch() {
    assertThat(
            read("ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image"
                    + " \"r:5000/x@sha256:1\": failed to resolve reference"
                    + " \"r:5000/x@sha256:1\": failed to do request: Head"
                    + " \"http://r:5000/v2/x/manifests/sha256:1\": dial tcp 10.0.0.1:5000:"
                    + " connect: connection refused")
                .message())
        .isEqualTo(
            "the nodes cannot pull r:5000/x@sha256:1: failed to do request: Head"
                + " \"http://r:5000/v2/x/manifests/sha256:1\": dial tcp 10.0.0.1:5000: connect:"
                + " connection refused; check that the nodes reach this registry and may pull from"
                + " it");
  }

  @Test
  void aRightThatTheOperatorLacksIsNamedWithItsRole() {
    Hindrance why =
        read(
            "jobs.batch is forbidden: User \"system:serviceaccount:naru-system:naru-operator\""
                + " cannot create resource \"jobs\" in API group \"batch\" in the namespace"
                + " \"bank\"");
    assertThat(why.reason()).isEqualTo("Forbidden");
    assertThat(why.message())
        .isEqualTo(
            "the operator may not create jobs.batch in namespace bank: the role naru-operator lacks"
                + " verb create of jobs.batch; naru install or helm upgrade puts it back");
    assertThat(read("cannot make job x: " + why.message()).reason()).isEqualTo("Forbidden");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          User "ann" cannot create resource "trainings" in API group "naru.dev" in the namespace "bank" | user ann may not create trainings.naru.dev in namespace bank; ClusterRole naru-edit grants it: kubectl create rolebinding naru-edit --clusterrole=naru-edit --user=ann -n bank
          User "ann" cannot list resource "trainings" in API group "naru.dev" in the namespace "bank" | user ann may not list trainings.naru.dev in namespace bank; ClusterRole naru-view grants it: kubectl create rolebinding naru-view --clusterrole=naru-view --user=ann -n bank
          User "system:serviceaccount:bank:ci" cannot create resource "pods/portforward" in API group "" in the namespace "bank" | user system:serviceaccount:bank:ci may not create pods/portforward in namespace bank; ClusterRole naru-edit grants it: kubectl create rolebinding naru-edit --clusterrole=naru-edit --serviceaccount=bank:ci -n bank
          User "ann" cannot patch resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope | user ann may not patch customresourcedefinitions.apiextensions.k8s.io in the whole cluster; that is for an administrator of the cluster (ClusterRole cluster-admin)
          """)
  void aRightThatAPersonLacksIsNamedWithWhoGrantsIt(String said, String words) {
    assertThat(Right.of(said).orElseThrow().words()).isEqualTo(words);
  }

  @Test
  void anAdmissionRefusalIsNoMissingRight() {
    assertThat(Right.of("pods \"x\" is forbidden: exceeded quota: q")).isEmpty();
  }
}
