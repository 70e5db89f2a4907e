package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Judgement.Level;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Says what a cluster does not do as the file says. Asks nobody. */
final class KubernetesJudge {
  private static final Pattern ADDRESS = Pattern.compile("\\[|[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+:");

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

  /** Whether the cluster's network enforces links is known only once it was tried. */
  private static List<Judgement> workload(Workload workload) {
    List<Judgement> said = new ArrayList<>();
    if (workload.common().isolation().isPresent()) {
      said.add(
          refused(
              workload,
              "spec.isolation",
              "engine kubernetes learns only after apply whether the cluster's network enforces"
                  + " links, so it cannot demand it; use --engine docker, or remove the field and"
                  + " look at the condition Isolated"));
    }
    for (String from : workload.common().ingress()) {
      if (!ADDRESS.matcher(from).lookingAt()) {
        said.add(
            refused(
                workload,
                "spec.ingress",
                "engine kubernetes lets in addresses alone, and '%s' has a name; write its address"
                    .formatted(from)));
      }
    }
    said.add(
        new Judgement(
            Level.DOWNGRADED,
            workload.ref(),
            "spec.isolation",
            "links are network policies, which a cluster's network may ignore: it is tried after"
                + " apply, and the condition Isolated says what came of it"));
    return said;
  }

  private static Judgement refused(Workload workload, String field, String why) {
    return new Judgement(Level.REFUSED, workload.ref(), field, why);
  }
}
