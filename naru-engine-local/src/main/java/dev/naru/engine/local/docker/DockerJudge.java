package dev.naru.engine.local.docker;

import dev.naru.core.engine.Judgement;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/** Says what a Docker Engine cannot do as the file says. Asks nobody. */
final class DockerJudge {
  private DockerJudge() {}

  static List<Judgement> judge(Resource resource) {
    return switch (resource) {
      case Image _ -> List.of();
      case Volume volume ->
          List.of(
              new Judgement(
                  Judgement.Level.DOWNGRADED,
                  volume.ref(),
                  "spec.size",
                  "engine docker does not enforce the size of volumes; watch the disk"));
      case Workload workload -> workload(workload);
    };
  }

  private static List<Judgement> workload(Workload workload) {
    List<Judgement> said = new ArrayList<>();
    if (!workload.common().egress().isEmpty()) {
      said.add(
          refused(workload, "spec.egress", "engine docker cannot let through single addresses"));
    }
    if (!workload.common().ingress().isEmpty()) {
      said.add(refused(workload, "spec.ingress", "engine docker cannot declare further links yet"));
    }
    if (workload instanceof Inference) {
      said.add(
          new Judgement(
              Judgement.Level.DOWNGRADED,
              workload.ref(),
              "spec.isolation",
              "replicas of one Inference share a network and reach each other on every port"));
    }
    return said;
  }

  private static Judgement refused(Workload workload, String field, String why) {
    return new Judgement(
        Judgement.Level.REFUSED,
        workload.ref(),
        field,
        why + "; use --engine kubernetes, or remove the field");
  }
}
