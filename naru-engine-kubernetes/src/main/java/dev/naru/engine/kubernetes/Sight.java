package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pod in the port's words. Pure. */
final class Sight {
  /** The container that runs the program. */
  static final String MAIN = "main";

  /** Of a container that the kubelet is busy with. */
  static final String MAKING = "its container is being made";

  /** So many starts again without success are no accident. */
  private static final int CRASHES = 3;

  private Sight() {}

  /**
   * One replica.
   *
   * @param port where it listens, of a template with a port
   * @param now for what has no time of its own
   */
  static Replica replica(
      Pod pod, Member member, Optional<Integer> port, Optional<Progress> progress, Instant now) {
    Optional<Exit> exit = exit(pod, now);
    Replica.Phase phase = phase(pod, exit);
    return new Replica(
        member,
        phase,
        exit,
        pod.getMetadata().getName(),
        text(pod.getSpec().getNodeName()),
        address(pod, port),
        progress,
        startedAt(pod, now),
        message(pod));
  }

  /** Whether the main container of a pod says that it is ready. */
  static boolean ready(Pod pod) {
    return main(pod).filter(c -> Boolean.TRUE.equals(c.getReady())).isPresent();
  }

  /** The same when it was asked to stop, though its pod does not show it yet. */
  static Replica stopping(Replica r) {
    return r.phase() == Replica.Phase.ENDED ? r : r.in(Replica.Phase.STOPPING);
  }

  /** One whose pod is not there yet. */
  static Replica starting(Member member, String message, Instant now) {
    return new Replica(
        member,
        Replica.Phase.STARTING,
        Optional.empty(),
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        now,
        message);
  }

  /** One whose pod is gone, and nobody can tell how it ended. */
  static Replica lost(Member member, Instant now) {
    return gone(member, new Exit(Exit.Cause.LOST, -1, false, now));
  }

  /** One whose pod is gone, and was asked to go. */
  static Replica interrupted(Member member, Instant now) {
    return gone(member, new Exit(Exit.Cause.EXITED, -1, true, now));
  }

  private static Replica gone(Member member, Exit exit) {
    return new Replica(
        member,
        Replica.Phase.ENDED,
        Optional.of(exit),
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        exit.at(),
        "its pod is gone");
  }

  private static Replica.Phase phase(Pod pod, Optional<Exit> exit) {
    if (exit.isPresent()) {
      return Replica.Phase.ENDED;
    }
    if (terminating(pod)) {
      return Replica.Phase.STOPPING;
    }
    boolean runs = main(pod).map(ContainerStatus::getState).map(s -> s.getRunning()).isPresent();
    return runs ? Replica.Phase.RUNNING : Replica.Phase.STARTING;
  }

  static boolean terminating(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  /**
   * Whether it is a rank that was deleted, and nothing of it runs any more by its node's word: the
   * cluster takes up to a second more to let go of the object.
   */
  static boolean released(Pod pod) {
    return terminating(pod)
        && Labels.group(pod).filter(g -> g.kind() == Kind.TRAINING).isPresent()
        && main(pod)
            .map(ContainerStatus::getState)
            .map(ContainerState::getTerminated)
            .filter(t -> !"ContainerStatusUnknown".equals(t.getReason()))
            .isPresent();
  }

  /** Whether somebody asked it to stop: a deletion, a drain, an eviction. */
  private static boolean asked(Pod pod) {
    return terminating(pod) || disrupted(pod);
  }

  static Optional<Exit> exit(Pod pod, Instant now) {
    Optional<ContainerStateTerminated> end =
        main(pod)
            .map(ContainerStatus::getState)
            .map(ContainerState::getTerminated)
            // One that its pod starts again has not ended.
            .filter(_ -> !"Always".equals(pod.getSpec().getRestartPolicy()) || terminating(pod));
    if (end.isPresent()) {
      boolean memory = "OOMKilled".equals(end.get().getReason());
      boolean unknown = "ContainerStatusUnknown".equals(end.get().getReason());
      Exit.Cause cause =
          memory ? Exit.Cause.OUT_OF_MEMORY : unknown ? Exit.Cause.LOST : Exit.Cause.EXITED;
      return Optional.of(
          new Exit(
              cause,
              unknown ? -1 : end.get().getExitCode(),
              asked(pod),
              time(end.get().getFinishedAt(), now)));
    }
    String phase = pod.getStatus() == null ? "" : text(pod.getStatus().getPhase());
    if (phase.equals("Failed") || phase.equals("Succeeded")) {
      // Evicted before it began, or its node does not answer any more.
      return Optional.of(new Exit(Exit.Cause.LOST, -1, asked(pod), now));
    }
    return Optional.empty();
  }

  /** Whether its program has begun. */
  static boolean began(Pod pod) {
    return main(pod)
        .map(ContainerStatus::getState)
        .filter(s -> s.getRunning() != null || s.getTerminated() != null)
        .isPresent();
  }

  /** Whether a drain, an eviction, a preemption or the loss of its node ends it. */
  static boolean disrupted(Pod pod) {
    return conditions(pod).stream()
        .anyMatch(c -> c.getType().equals("DisruptionTarget") && c.getStatus().equals("True"));
  }

  static Optional<ContainerStatus> main(Pod pod) {
    if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(c -> c.getName().equals(MAIN))
        .findFirst();
  }

  private static List<PodCondition> conditions(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? List.of()
        : pod.getStatus().getConditions();
  }

  private static Optional<String> address(Pod pod, Optional<Integer> port) {
    String ip = pod.getStatus() == null ? "" : text(pod.getStatus().getPodIP());
    if (ip.isEmpty()) {
      return Optional.empty();
    }
    return port.map(p -> (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + p);
  }

  private static Instant startedAt(Pod pod, Instant now) {
    return main(pod)
        .map(ContainerStatus::getState)
        .map(ContainerState::getRunning)
        .map(r -> time(r.getStartedAt(), now))
        .orElseGet(() -> time(pod.getMetadata().getCreationTimestamp(), now));
  }

  /** What it waits for, as the cluster says it. */
  static String message(Pod pod) {
    Optional<ContainerStatus> main = main(pod);
    Optional<String> last =
        main.map(ContainerStatus::getState)
            .map(ContainerState::getTerminated)
            .map(Sight::lastLine)
            .filter(l -> !l.isEmpty());
    if (last.isPresent()) {
      return last.get();
    }
    Optional<ContainerStateWaiting> waiting =
        main.map(ContainerStatus::getState).map(ContainerState::getWaiting);
    if (waiting.isPresent() && waiting.get().getReason() != null) {
      String reason = waiting.get().getReason();
      Optional<ContainerStateTerminated> before =
          main.map(ContainerStatus::getLastState).map(ContainerState::getTerminated);
      if (before.isPresent()) {
        return "%s: it ended with %d before (%s)"
            .formatted(reason, before.get().getExitCode(), text(before.get().getReason()));
      }
      return reason.equals("ContainerCreating")
          ? MAKING
          : reason + said(waiting.get().getMessage());
    }
    if (pod.getStatus() != null && pod.getStatus().getReason() != null) {
      return pod.getStatus().getReason() + said(pod.getStatus().getMessage());
    }
    return conditions(pod).stream()
        .filter(c -> c.getType().equals("PodScheduled") && !c.getStatus().equals("True"))
        .findFirst()
        .map(c -> text(c.getReason()) + said(c.getMessage()))
        .orElse("");
  }

  /** Of a pod that the kubelet has started again and again, and waits longer each time. */
  static Optional<Hindrance> crash(Pod pod) {
    Optional<ContainerStatus> main = main(pod).filter(c -> c.getRestartCount() >= CRASHES);
    Optional<ContainerStateTerminated> before =
        main.map(ContainerStatus::getLastState).map(ContainerState::getTerminated);
    boolean waits =
        main.map(ContainerStatus::getState)
            .map(ContainerState::getWaiting)
            .filter(w -> "CrashLoopBackOff".equals(w.getReason()))
            .isPresent();
    if (!waits || before.isEmpty()) {
      return Optional.empty();
    }
    String words = lastLine(before.get());
    return Optional.of(
        new Hindrance(
            "CrashLooping",
            "the container of pod %s was started %d times and ended each time, last with %d%s%s; mend it, or the command in the file"
                .formatted(
                    pod.getMetadata().getName(),
                    main.get().getRestartCount() + 1,
                    before.get().getExitCode(),
                    "OOMKilled".equals(before.get().getReason()) ? " by its memory limit" : "",
                    words.isEmpty() ? "" : " (" + words + ")")));
  }

  private static String lastLine(ContainerStateTerminated end) {
    return text(end.getMessage()).strip().lines().reduce("", (_, line) -> line);
  }

  private static String said(@Nullable String message) {
    return message == null || message.isEmpty() ? "" : ": " + message;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  static Instant time(@Nullable String text, Instant otherwise) {
    return text == null ? otherwise : Instant.parse(text);
  }
}
