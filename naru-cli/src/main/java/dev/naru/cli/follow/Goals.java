package dev.naru.cli.follow;

import dev.naru.cli.talk.Status;
import dev.naru.spec.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides, from what was last seen of each workload, what is reached and what cannot be. */
public final class Goals {
  /** The reason of what may not start by the policy of who runs Naru. */
  public static final String IMAGE_REFUSED = "ImageRefused";

  private Goals() {}

  /** How far one workload is. */
  public enum Reached {
    /** As the file wants it. */
    DONE,
    /** On its way. */
    OPEN,
    /** It has failed; no more is tried. */
    FAILED,
    /** It waits for something that has failed. */
    BLOCKED,
    /** It stands still, and was waited for long enough. */
    STUCK
  }

  /**
   * Judges all.
   *
   * @param seen by ref; what was not seen yet is open
   */
  public static Map<String, Reached> judge(List<Wanted> wanted, Map<String, Status> seen) {
    Map<String, Wanted> byRef = new HashMap<>();
    wanted.forEach(w -> byRef.put(w.ref(), w));
    Map<String, Reached> judged = new HashMap<>();
    for (Wanted one : wanted) {
      judge(one, byRef, seen, judged);
    }
    return judged;
  }

  /** The file has no cycles, so this ends. */
  private static Reached judge(
      Wanted one,
      Map<String, Wanted> byRef,
      Map<String, Status> seen,
      Map<String, Reached> judged) {
    Reached known = judged.get(one.ref());
    if (known != null) {
      return known;
    }
    boolean allDone = true;
    boolean anyLost = false;
    for (String need : one.needs()) {
      Wanted other = byRef.get(need);
      Reached theirs = other == null ? Reached.DONE : judge(other, byRef, seen, judged);
      allDone &= theirs == Reached.DONE;
      anyLost |= theirs == Reached.FAILED || theirs == Reached.BLOCKED;
    }
    Reached own = alone(one, seen.get(one.ref()), seen);
    if (own == Reached.OPEN && anyLost) {
      own = Reached.BLOCKED;
    } else if (own != Reached.OPEN && !allDone && !anyLost) {
      own = Reached.OPEN; // what it says is about the results before these
    }
    judged.put(one.ref(), own);
    return own;
  }

  private static Reached alone(Wanted one, @Nullable Status status, Map<String, Status> seen) {
    if (status == null || status.observedGeneration() < one.generation()) {
      return Reached.OPEN;
    }
    return one.kind() == Kind.INFERENCE ? serving(one, status, seen) : run(one, status);
  }

  private static Reached run(Wanted one, Status status) {
    if (status.hasReason(IMAGE_REFUSED)) {
      return Reached.FAILED;
    }
    if (!one.run().isEmpty() && number(status.run()) < number(one.run())) {
      return Reached.OPEN;
    }
    return switch (status.phase()) {
      case "Succeeded" -> Reached.DONE;
      case "Failed" -> Reached.FAILED;
      default -> Reached.OPEN;
    };
  }

  private static Reached serving(Wanted one, Status status, Map<String, Status> seen) {
    if (status.phase().equals("Failed") || status.hasReason(IMAGE_REFUSED)) {
      return Reached.FAILED;
    }
    Status training = one.needs().isEmpty() ? null : seen.get(one.needs().getFirst());
    boolean ended = training == null || training.phase().equals("Succeeded");
    if (status.hasReason("NoPromotedModel") && ended && !promoted(training)) {
      return Reached.FAILED;
    }
    return status.phase().equals("Ready") && newest(status, training) ? Reached.DONE : Reached.OPEN;
  }

  private static boolean promoted(@Nullable Status training) {
    return training != null && training.status("model").path("promoted").asBoolean();
  }

  /** Whether it serves the version that its training has promoted, or the one that is pinned. */
  private static boolean newest(Status status, @Nullable Status training) {
    long pinned = status.spec("model").path("version").asLong();
    if (pinned > 0) {
      return status.status("model").path("version").asLong() == pinned;
    }
    return !promoted(training)
        || training == null
        || status.status("model").path("version").asLong()
            >= training.status("model").path("version").asLong();
  }

  private static long number(String run) {
    int dash = run.lastIndexOf('-');
    String digits = dash < 0 ? "" : run.substring(dash + 1);
    return digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : 0;
  }
}
