package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Naru writes on native objects, so that they can be told from others' and found again. */
final class Labels {
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String NARU = "naru";
  static final String PROJECT = "naru.dev/project";
  static final String KIND = "naru.dev/kind";
  static final String NAME = "naru.dev/name";
  static final String RUN = "naru.dev/run";
  static final String ATTEMPT = "naru.dev/attempt";

  /**
   * On the Service of a revision, and so on its EndpointSlices: {@code v2} where its replicas speak
   * the Open Inference Protocol V2. Gateways read it, with the name and the run.
   */
  static final String PROTOCOL = "naru.dev/protocol";

  /**
   * What network policies know pods by: {@code training-fraud}, {@code gateway}. No Service selects
   * by it, so that what tries links can wear it.
   */
  static final String LINK = "naru.dev/link";

  /** On what is left of a group for people to look at: its logs and how it ended. */
  static final String KEPT = "naru.dev/kept";

  /** Annotation of a group's object: the members that shall be there. */
  static final String MEMBERS = "naru.dev/members";

  /** Annotation of a service's pod that is asked to go: the member that it was. */
  static final String MEMBER = "naru.dev/member";

  /** What a Job's controller writes on its pods. */
  static final String INDEX = "batch.kubernetes.io/job-completion-index";

  /** What a Job's controller writes on its pods: the name of the Job. */
  static final String JOB = "batch.kubernetes.io/job-name";

  static final String GATEWAY = "gateway";
  static final String FILES = "files";
  static final String VOLUME = "volume";

  private Labels() {}

  /** Those of something of Naru's that is no group. */
  static SortedMap<String, String> of(String project, String kind, String name) {
    return new TreeMap<>(Map.of(MANAGED_BY, NARU, PROJECT, project, KIND, kind, NAME, name));
  }

  /** Whether a pod runs Naru's own image: a gateway, or one beside a volume. */
  static boolean isOwn(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return labels != null
        && NARU.equals(labels.get(MANAGED_BY))
        && Set.of(GATEWAY, FILES).contains(labels.getOrDefault(KIND, ""));
  }

  /** Those of a group's objects and pods. */
  static SortedMap<String, String> of(GroupId id) {
    SortedMap<String, String> labels = of(id.project(), id.kind().lower(), id.workload());
    labels.put(RUN, Integer.toString(id.run()));
    labels.put(ATTEMPT, Integer.toString(id.attempt()));
    return labels;
  }

  /** Those of a group's pods. */
  static SortedMap<String, String> ofPods(GroupId id) {
    SortedMap<String, String> labels = of(id);
    labels.put(LINK, Policies.label(id.kind().lower() + "/" + id.workload()));
    return labels;
  }

  /** Whose it is; empty where it is of no group, or was made by somebody else. */
  static Optional<GroupId> group(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    if (labels == null
        || !NARU.equals(labels.get(MANAGED_BY))
        || labels.containsKey(KEPT)
        || !object.getMetadata().getNamespace().equals(labels.get(PROJECT))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new GroupId(
              object.getMetadata().getNamespace(),
              Kind.valueOf(labels.getOrDefault(KIND, "").toUpperCase(java.util.Locale.ROOT)),
              labels.getOrDefault(NAME, ""),
              Integer.parseInt(labels.getOrDefault(RUN, "")),
              Integer.parseInt(labels.getOrDefault(ATTEMPT, ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether it is what was left of some group. */
  static boolean isKept(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null && labels.containsKey(KEPT);
  }

  /** Whether it is what was left of that group. */
  static boolean isKept(HasMetadata object, GroupId id) {
    return isKept(object)
        && object.getMetadata().getNamespace().equals(id.project())
        && object.getMetadata().getLabels().entrySet().containsAll(of(id).entrySet());
  }

  /** An annotation; empty where there is none. */
  static String annotation(HasMetadata object, String name) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }
}
