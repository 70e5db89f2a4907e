package dev.naru.core.plan;

import dev.naru.core.decide.Capacity;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Node;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resources;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/** Refuses what there can never be room for; no room now is waited for. Pure. */
final class RoomJudge {
  private final List<Node> nodes;
  private final Features features;
  private final Wishes wishes;

  RoomJudge(List<Node> nodes, Features features, Wishes wishes) {
    this.nodes = nodes;
    this.features = features;
    this.wishes = wishes;
  }

  Optional<Judgement> judge(Workload workload) {
    Capacity all = new Capacity(nodes);
    Resources each = workload.common().resources();
    int together = together(workload);
    if (all.place(together, each).isEmpty()) {
      return refused(
          workload,
          "there will never be room: %s; lower %s"
              .formatted(all.figures(together, each), smaller(workload)));
    }
    NavigableSet<String> volumes = wishes.onceVolumes(workload);
    boolean onOneNode =
        nodes.stream().anyMatch(n -> new Capacity(List.of(n)).place(together, each).isPresent());
    if (!features.onceIsOneNode() || volumes.isEmpty() || onOneNode) {
      return Optional.empty();
    }
    return refused(
        workload,
        ("all its replicas must be on one node, for volume/%s is ReadWriteOnce, and no node has"
                + " room for all: %s; say access: ReadWriteMany there, or lower %s")
            .formatted(volumes.first(), all.figures(together, each), smaller(workload)));
  }

  private static Optional<Judgement> refused(Workload workload, String why) {
    return Optional.of(
        new Judgement(Judgement.Level.REFUSED, workload.ref(), "spec.resources", why));
  }

  /** Replicas that there must be room for at once. */
  private static int together(Workload workload) {
    return switch (workload) {
      case Preparation _ -> 1;
      case Training t -> t.spec().workers();
      case Inference i -> Math.max(1, i.spec().replicas().min());
    };
  }

  /** What may be lowered so that there is room. */
  private static String smaller(Workload workload) {
    String fewer =
        switch (workload) {
          case Preparation _ -> "";
          case Training _ -> " or spec.workers";
          case Inference _ -> " or spec.replicas.min";
        };
    return "spec.resources" + (together(workload) > 1 ? fewer : "");
  }
}
