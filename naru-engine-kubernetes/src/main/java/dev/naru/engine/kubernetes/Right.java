package dev.naru.engine.kubernetes;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A right that somebody lacks, as the API server names it in a refusal: {@code User "x" cannot
 * create resource "jobs" in API group "batch" in the namespace "bank"}.
 *
 * @param user as the API server knows them; {@code system:serviceaccount:NAMESPACE:NAME} for a
 *     program
 * @param verb such as {@code create}
 * @param resource in the plural, such as {@code pods/log}
 * @param group its API group; empty for the core one
 * @param namespace where; empty for the whole cluster
 */
record Right(String user, String verb, String resource, String group, String namespace) {
  private static final Pattern REFUSAL =
      Pattern.compile(
          "User \"([^\"]*)\" cannot ([a-z]+) resource \"([^\"]*)\" in API group \"([^\"]*)\""
              + "(?: in the namespace \"([^\"]*)\")?");

  private static final String PROGRAM = "system:serviceaccount:";
  private static final String OPERATOR = ":naru-operator";
  private static final Set<String> READING = Set.of("get", "list", "watch");

  /** What ClusterRole naru-view of the chart lets people read besides Naru's own resources. */
  private static final Set<String> VIEWED =
      Set.of(
          "pods",
          "pods/log",
          "events",
          "persistentvolumeclaims",
          "jobs",
          "deployments",
          "namespaces");

  /** What ClusterRole naru-edit of the chart lets people do besides. */
  private static final Set<String> EDITED =
      Set.of("secrets", "pods/portforward", "pods/ephemeralcontainers");

  /** Reads a refusal; empty where that text is none. */
  static Optional<Right> of(String text) {
    Matcher refusal = REFUSAL.matcher(text);
    return refusal.find()
        ? Optional.of(
            new Right(
                refusal.group(1),
                refusal.group(2),
                refusal.group(3),
                refusal.group(4),
                refusal.group(5) == null ? "" : refusal.group(5)))
        : Optional.empty();
  }

  /** Whether it is the operator that lacks it. */
  boolean ofOperator() {
    return user.startsWith(PROGRAM) && user.endsWith(OPERATOR);
  }

  /** Who lacks what where, and who grants it. */
  String words() {
    String what = group.isEmpty() ? resource : resource + "." + group;
    String where = namespace.isEmpty() ? "in the whole cluster" : "in namespace " + namespace;
    if (ofOperator()) {
      return "the operator may not %s %s %s: the role naru-operator lacks verb %s of %s; naru install or helm upgrade puts it back"
          .formatted(verb, what, where, verb, what);
    }
    return "user %s may not %s %s %s; %s".formatted(user, verb, what, where, next());
  }

  private String next() {
    Optional<String> role = role();
    if (namespace.isEmpty() || role.isEmpty()) {
      return "that is for an administrator of the cluster (ClusterRole cluster-admin)";
    }
    return "ClusterRole %s grants it: kubectl create rolebinding %s --clusterrole=%s %s -n %s"
        .formatted(role.get(), role.get(), role.get(), subject(), namespace);
  }

  private Optional<String> role() {
    boolean own = group.equals("naru.dev");
    if (READING.contains(verb) && (own || VIEWED.contains(resource))) {
      return Optional.of("naru-view");
    }
    return own || EDITED.contains(resource) ? Optional.of("naru-edit") : Optional.empty();
  }

  private String subject() {
    return user.startsWith(PROGRAM)
        ? "--serviceaccount=" + user.substring(PROGRAM.length()).toLowerCase(Locale.ROOT)
        : "--user=" + user;
  }
}
