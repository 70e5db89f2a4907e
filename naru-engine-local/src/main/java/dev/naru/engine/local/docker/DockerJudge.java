package dev.naru.engine.local.docker;

import dev.naru.core.engine.Judgement;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Says what a Docker Engine cannot do as the file says. Asks nobody. */
final class DockerJudge {
  private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+:");

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
    List<String> egress = workload.common().egress();
    egress.stream()
        .filter(e -> e.startsWith("[") || ADDRESS.matcher(e).lookingAt())
        .forEach(e ->
            said.add(
                refused(
                    workload,
                    "spec.egress",
                    "engine docker lets through names alone, and '%s' is an address; give it a name"
                        .formatted(e))));
    if (!workload.common().ingress().isEmpty()) {
      said.add(
          refused(
              workload,
              "spec.ingress",
              "engine docker lets in what the gateway passes on, and nothing else; remove the"
                  + " field, or use --engine kubernetes"));
    }
    if (workload instanceof Inference i
        && !egress.isEmpty()
        && i.spec().replicas().max().orElse(i.spec().replicas().min())
            > GroupMaker.LINKED_MEMBERS) {
      said.add(
          refused(
              workload,
              "spec.replicas.max",
              "engine docker has room for %d replicas with links of their own; lower it"
                  .formatted(GroupMaker.LINKED_MEMBERS)));
    }
    if (workload instanceof Preparation p && p.spec().shards() > 1 && !egress.isEmpty()) {
      said.add(
          new Judgement(
              Judgement.Level.DOWNGRADED,
              workload.ref(),
              "spec.isolation",
              "shards with egress share a network and reach each other on every port"));
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
    return new Judgement(Judgement.Level.REFUSED, workload.ref(), field, why);
  }
}
