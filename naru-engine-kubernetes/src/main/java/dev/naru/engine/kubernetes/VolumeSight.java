package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Whether a Volume can be used: its claim is bound, and the pod beside it answers. */
final class VolumeSight {
  private static final Duration ASKED_EVERY = Duration.ofSeconds(3);
  private static final String FIRST_CONSUMER = "waiting for first consumer";

  private final Native seen;
  private final Files files;
  private final Complaints complaints;
  private final Clock clock;
  private final Map<String, Asked> writing = new ConcurrentHashMap<>();

  private record Asked(boolean cannot, Instant at) {}

  VolumeSight(Native seen, Files files, Complaints complaints, Clock clock) {
    this.seen = seen;
    this.files = files;
    this.complaints = complaints;
    this.clock = clock;
  }

  /**
   * What keeps a Volume from being used; empty for nothing.
   *
   * @param used whether a workload refers to it: then the pod beside it is made; a Volume that
   *     nobody uses needs none
   */
  Optional<Hindrance> hindrance(String namespace, String volume, boolean used) {
    Optional<PersistentVolumeClaim> claim = seen.claim(namespace, Places.claim(volume));
    if (claim.isEmpty()) {
      return Optional.of(new Hindrance("ClaimPending", "its claim is being made"));
    }
    if (!used && isUsable(claim.get())) {
      return Optional.empty();
    }
    if (used && files.pod(namespace, volume).isPresent()) {
      writing.remove(namespace + "/" + volume);
      return Optional.empty();
    }
    Optional<Pod> pod = seen.pod(namespace, Files.podName(volume));
    return Optional.of(
        switch (phase(claim.get())) {
          case "Bound" -> bound(namespace, volume, pod);
          case "Lost" ->
              new Hindrance(
                  "ClaimLost",
                  "its claim %s has lost its PersistentVolume; restore that one, or remove the volume with its data by kubectl delete pvc %s"
                      .formatted(Places.claim(volume), Places.claim(volume)));
          default -> pending(claim.get(), pod);
        });
  }

  /** Whether its first user is all that it may still wait for. */
  private boolean isUsable(PersistentVolumeClaim claim) {
    return phase(claim).equals("Bound") || complaints.of(claim, true).contains(FIRST_CONSUMER);
  }

  private static String phase(PersistentVolumeClaim claim) {
    return claim.getStatus() == null ? "" : String.valueOf(claim.getStatus().getPhase());
  }

  private Hindrance pending(PersistentVolumeClaim claim, Optional<Pod> pod) {
    String said = complaints.of(claim, true);
    String name = claim.getMetadata().getName();
    String storage = claim.getSpec().getStorageClassName();
    String of = storage == null || storage.isEmpty() ? "" : " of storage class " + storage;
    if (said.contains(FIRST_CONSUMER)) {
      // Such a class makes a volume where the pod will be: the pod's words tell more.
      said = pod.map(Sight::message).orElse("");
    }
    Optional<Hindrance> known = Hindrance.of(said);
    String where = "its claim " + name + of + " is not bound";
    return new Hindrance(
        known.map(Hindrance::reason).orElse("ClaimPending"),
        said.isEmpty()
            ? where + " yet"
            : where
                + ": "
                + known
                    .map(Hindrance::message)
                    .orElse(said + "; see kubectl describe pvc " + name));
  }

  private boolean cannotWrite(String namespace, String volume, Pod pod) {
    Instant now = clock.instant();
    return writing
        .compute(
            namespace + "/" + volume,
            (_, before) ->
                before != null && before.at().plus(ASKED_EVERY).isAfter(now)
                    ? before
                    : new Asked(files.cannotWrite(pod), now))
        .cannot();
  }

  private Hindrance bound(String namespace, String volume, Optional<Pod> pod) {
    if (pod.isEmpty()) {
      return new Hindrance("Starting", "the pod that reaches its files is being made");
    }
    String name = pod.get().getMetadata().getName();
    if (cannotWrite(namespace, volume, pod.get())) {
      return new Hindrance(
          "VolumeNotWritable",
          "user 65532, which all pods run as, cannot write in it: its storage does not follow fsGroup; make the root folder of volume %s writable for group 65532"
              .formatted(volume));
    }
    String said = Sight.message(pod.get());
    if (said.equals(Sight.MAKING)) {
      String complaint = complaints.of(pod.get());
      said = complaint.isEmpty() ? said : complaint;
    }
    Optional<Hindrance> known = Hindrance.of(said);
    return new Hindrance(
        known.map(Hindrance::reason).orElse("Starting"),
        "the pod %s that reaches its files is not ready%s"
            .formatted(
                name, said.isEmpty() ? "" : ": " + known.map(Hindrance::message).orElse(said)));
  }
}
