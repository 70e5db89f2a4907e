package dev.naru.engine.local;

import dev.naru.core.engine.Judgement;
import dev.naru.spec.Image;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/** Says what plain processes cannot do as the file says. */
final class Judge {
  static final String NEEDS_CONTAINERS =
      "engine process runs programs of this machine, not images of a registry, and no other engine"
          + " is in this version; give runtime and source instead of ref";

  private final Launcher launcher;
  private final boolean limitsEnforced;
  private final boolean secretsPossible;

  Judge(Launcher launcher, boolean limitsEnforced, boolean secretsPossible) {
    this.launcher = launcher;
    this.limitsEnforced = limitsEnforced;
    this.secretsPossible = secretsPossible;
  }

  List<Judgement> judge(Resource resource) {
    return switch (resource) {
      case Image image -> image(image);
      case Volume volume ->
          List.of(
              downgraded(
                  volume,
                  "spec.size",
                  "engine process does not enforce the size of volumes; watch the disk"));
      case Workload workload -> workload(workload);
    };
  }

  private List<Judgement> image(Image image) {
    List<Judgement> said = new ArrayList<>();
    if (image.spec().ref().isPresent()) {
      said.add(refused(image, "spec.ref", "cannot run " + image.ref() + ": " + NEEDS_CONTAINERS));
    }
    launcher
        .refusal(image)
        .ifPresent(why ->
            said.add(refused(image, "spec.runtime", "cannot run " + image.ref() + ": " + why)));
    if (image.spec().base().isPresent()) {
      said.add(
          downgraded(
              image,
              "spec.base",
              "engine process runs the program on this machine's own runtime, not on the base"));
    }
    return said;
  }

  private List<Judgement> workload(Workload workload) {
    List<Judgement> said = new ArrayList<>();
    Workload.Common spec = workload.common();
    String way = ", and no other engine is in this version; remove the field";
    if (spec.isolation().isPresent()) {
      said.add(
          refused(
              workload,
              "spec.isolation",
              "engine process cannot make undeclared connections impossible" + way));
    }
    if (!spec.egress().isEmpty()) {
      said.add(refused(workload, "spec.egress", "engine process cannot enforce egress" + way));
    }
    if (!spec.ingress().isEmpty()) {
      said.add(refused(workload, "spec.ingress", "engine process cannot enforce ingress" + way));
    }
    if (!spec.secrets().isEmpty() && !secretsPossible) {
      said.add(refused(workload, "spec.secrets", SecretFiles.NO_MEMORY));
    }
    said.add(
        downgraded(
            workload,
            "spec.isolation",
            "engine process does not enforce links, nor hides files: replicas reach what this"
                + " machine does, and read and write what its user may, inputs too"));
    if (!limitsEnforced) {
      said.add(
          downgraded(
              workload,
              "spec.resources",
              "memory and cpu of processes are best effort: no writable cgroup"));
    }
    return said;
  }

  private static Judgement refused(Resource resource, String field, String message) {
    return new Judgement(Judgement.Level.REFUSED, resource.ref(), field, message);
  }

  private static Judgement downgraded(Resource resource, String field, String message) {
    return new Judgement(Judgement.Level.DOWNGRADED, resource.ref(), field, message);
  }
}
