package dev.naru.engine.kubernetes;

import dev.naru.spec.SecretFile;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keeps work on a cluster from going on.
 *
 * @param reason a stable word, listed in docs/reference/conditions.md
 * @param message the same in words, with the next step
 */
public record Hindrance(String reason, String message) {
  private static final Pattern PULL = Pattern.compile("pulling image \"([^\"]+)\"");
  private static final Pattern UNRESOLVED =
      Pattern.compile("failed to resolve reference \"([^\"]+)\": (.*)");

  /** Of an absent Secret, and of one without the key that holds the value. */
  private static final Pattern SECRET =
      Pattern.compile(
          "for volume \"secrets\".*(?:secrets? \"(?:[^\"/]+/)?([^\"]+)\" not found"
              + "|references non-existent (?:secret )?key)");

  /** What a controller says of a pod that it may not make; pods have a new name each time. */
  private static final Pattern NO_POD =
      Pattern.compile("^Error creating: pods \"[^\"]+\" is forbidden");

  private static final List<Rule> RULES =
      List.of(
          rule("Forbidden", "role naru-operator lacks|ClusterRole [a-z-]+ grants it", ""),
          rule(
              "QuotaExceeded",
              "exceeded quota|failed quota",
              "; end something in this namespace, or have its ResourceQuota raised"),
          rule(
              "PolicyRefused",
              "(maximum|minimum|max limit to request ratio) .*per (Container|Pod)",
              "; change spec.resources, or have the LimitRange of this namespace changed"),
          rule(
              "PolicyRefused",
              "ValidatingAdmissionPolicy|admission webhook|violates PodSecurity",
              "; a policy of the cluster says so: ask who keeps it"),
          new Rule(
              "ImagePullFailed",
              Pattern.compile(
                  "^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull"
                      + "|ImageInspectError|RegistryUnavailable)"),
              Hindrance::pull),
          rule("ImagePullFailed", "has no such image", "; nothing was made of it"),
          rule(
              "NoStorageClass",
              "no storage class is set",
              ": the cluster has no default storage class; kubectl annotate storageclass NAME"
                  + " storageclass.kubernetes.io/is-default-class=true makes one the default"),
          rule(
              "NoStorageClass",
              "storageclass.storage.k8s.io \"[^\"]*\" not found",
              "; make that storage class, or another one the default"),
          rule(
              "ClaimPending",
              "(?i)access ?modes?",
              "; say access: ReadWriteOnce, or make a class that has this access the default"),
          rule("NoRoom", "Unschedulable: .*Insufficient", "; free some, or reserve less"),
          rule(
              "Unschedulable",
              "Unschedulable",
              "; see kubectl describe pod for the nodes, their taints and labels"),
          new Rule("SecretMissing", SECRET, Hindrance::secret),
          rule(
              "MountFailed",
              "MountVolume|AttachVolume|Unable to attach or mount|Multi-Attach",
              "; see the storage of the cluster"),
          rule(
              "ContainerRefused",
              "^(CreateContainer|RunContainer|CreatePodSandbox)",
              "; see kubectl describe pod"));

  private record Rule(String reason, Pattern sign, UnaryOperator<String> words) {}

  private static Rule rule(String reason, String sign, String next) {
    return new Rule(
        reason,
        Pattern.compile(sign),
        said -> NO_POD.matcher(said.strip()).replaceFirst("its pods are refused") + next);
  }

  /** Reads what a cluster says; empty where nothing in it is known to hinder. */
  public static Optional<Hindrance> of(String said) {
    Optional<Right> right = Right.of(said);
    if (right.isPresent()) {
      return Optional.of(new Hindrance("Forbidden", right.get().words()));
    }
    return RULES.stream()
        .filter(r -> r.sign().matcher(said).find())
        .findFirst()
        .map(r -> new Hindrance(r.reason(), r.words().apply(said)));
  }

  /** The kubelet looks again after at most two minutes. */
  private static String secret(String said) {
    Matcher found = SECRET.matcher(said);
    return found.find() && found.group(1) != null
        ? "there is no Secret '%s' in the namespace; kubectl create secret generic %s --from-file=%s=FILE"
            .formatted(found.group(1), found.group(1), SecretFile.KEY)
        : "a Secret that spec.secrets names has no key '%s'; set the value under that key"
            .formatted(SecretFile.KEY);
  }

  /** The kubelet repeats a reference five times; once is enough. */
  private static String pull(String said) {
    Matcher unresolved = UNRESOLVED.matcher(said);
    Matcher image = PULL.matcher(said);
    String ref = "";
    String cause = said;
    if (unresolved.find()) {
      ref = unresolved.group(1);
      cause = unresolved.group(2).replace(ref + ": ", "");
    } else if (image.find()) {
      ref = image.group(1);
      int at = said.lastIndexOf("desc = ");
      cause = at < 0 ? said.substring(image.end()).replaceFirst("^: ", "") : said.substring(at + 7);
    }
    boolean absent = cause.endsWith("not found");
    return "the nodes cannot pull %s: %s; %s"
        .formatted(
            ref.isEmpty() ? "the image" : ref,
            cause,
            absent
                ? "push it there (naru up and naru build --push do), or correct the digest"
                : "check that the nodes reach this registry and may pull from it");
  }
}
