package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Judgement.Level;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/** Says what a cluster does not do as the file says. Asks nobody. */
final class KubernetesJudge {
  private KubernetesJudge() {}

  static List<Judgement> judge(Resource resource) {
    return switch (resource) {
      case Image _ -> List.of();
      case Volume volume when volume.spec().access() == Volume.Access.ReadWriteOnce ->
          List.of(
              new Judgement(
                  Level.DOWNGRADED,
                  volume.ref(),
                  "spec.access",
                  "ReadWriteOnce puts all that use this volume on one node; ReadWriteMany lets them"
                      + " spread"));
      case Volume _ -> List.of();
      case Workload workload -> workload(workload);
    };
  }

  /** Links are not enforced yet: what demands it is refused, never quietly run without. */
  private static List<Judgement> workload(Workload workload) {
    List<Judgement> said = new ArrayList<>();
    if (workload.common().isolation().isPresent()) {
      said.add(refused(workload, "spec.isolation"));
    }
    if (!workload.common().egress().isEmpty()) {
      said.add(refused(workload, "spec.egress"));
    }
    if (!workload.common().ingress().isEmpty()) {
      said.add(refused(workload, "spec.ingress"));
    }
    said.add(
        new Judgement(
            Level.DOWNGRADED,
            workload.ref(),
            "spec.isolation",
            "engine kubernetes does not enforce links yet: pods reach what the cluster lets them"));
    return said;
  }

  private static Judgement refused(Workload workload, String field) {
    return new Judgement(
        Level.REFUSED,
        workload.ref(),
        field,
        "engine kubernetes does not enforce links yet; use --engine docker, or remove the field");
  }
}
