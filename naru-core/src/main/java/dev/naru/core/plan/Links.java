package dev.naru.core.plan;

import dev.naru.core.engine.Link;
import dev.naru.spec.Inference;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/** The connections that a file declares; everything else is denied where the engine can. */
public final class Links {
  private Links() {}

  /** Those of one workload. */
  public static List<Link> of(Workload workload) {
    List<Link> links = new ArrayList<>();
    if (workload instanceof Training training && training.spec().workers() > 1) {
      links.add(new Link(workload.ref(), workload.ref(), "spec.workers"));
    }
    if (workload instanceof Inference) {
      links.add(new Link("gateway", workload.ref(), "kind"));
    }
    workload
        .common()
        .egress()
        .forEach(to -> links.add(new Link(workload.ref(), to, "spec.egress")));
    workload
        .common()
        .ingress()
        .forEach(from -> links.add(new Link(from, workload.ref(), "spec.ingress")));
    return links;
  }
}
