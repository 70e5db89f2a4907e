package dev.naru.engine.local.docker;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.spec.Kind;
import dev.naru.spec.SecretFile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The labels that say what a container, network or volume is. */
final class Tags {
  static final String PREFIX = "dev.naru.";
  static final String HOME = PREFIX + "home";
  static final String PROOF = PREFIX + "proof";
  static final String ROLE = PREFIX + "role";
  static final String PROJECT = PREFIX + "project";
  static final String VOLUME = PREFIX + "volume";

  /** The workload whose links a relay or network is for: {@code training/fraud}. */
  static final String SOURCE = PREFIX + "source";

  /** Fingerprint of a relay's links. */
  static final String ROUTES = PREFIX + "routes";

  private static final String TARGETS = PREFIX + "targets";
  private static final String NETWORKS = PREFIX + "networks";

  /** Project and name of the group: what listings are filtered by. */
  static final String GROUP = PREFIX + "group";

  private static final String KIND = PREFIX + "kind";
  private static final String WORKLOAD = PREFIX + "workload";
  private static final String RUN = PREFIX + "run";
  private static final String ATTEMPT = PREFIX + "attempt";
  private static final String GROUP_KIND = PREFIX + "group-kind";
  private static final String INDEX = PREFIX + "index";
  private static final String START = PREFIX + "start";
  private static final String WORLD = PREFIX + "world-size";
  private static final String GRACE = PREFIX + "grace-millis";
  private static final String ADDRESS = PREFIX + "address";
  private static final String SECRETS = PREFIX + "secrets";
  private static final String DEADLINE = PREFIX + "deadline";

  /** What something is there for. */
  enum Role {
    /** A member of a group. */
    MEMBER,
    /** Says that a member was asked to stop. */
    ASKED,
    /** Says that a group is being removed. */
    REMOVED,
    /** Runs for the answer to a question. */
    QUESTION,
    /** Never runs; volumes are reached through it. */
    HATCH,
    /** A network that ranks meet on. */
    GANG,
    /** A network that replicas and the gateway meet on. */
    SERVICE,
    /** The network that the gateway's ports are published from. */
    GATEWAY,
    /** A network that a workload and the relay of one of its links meet on. */
    LINK,
    /** Passes on what a workload sends along its links. */
    RELAY,
    /** The network by which relays reach the outside. */
    OUTSIDE,
    /** A network that links are tried with. */
    PROBE,
    /** A Volume of a project. */
    VOLUME,
    /** The models of a project. */
    MODELS,
    /** What the gateway keeps. */
    GATEWAY_FILES,
    /** The secrets of a group, in memory. */
    SECRETS
  }

  private Tags() {}

  static Map<String, String> role(Role role) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(ROLE, role.name().toLowerCase(Locale.ROOT));
    return labels;
  }

  static Map<String, String> role(Role role, String project) {
    Map<String, String> labels = role(role);
    labels.put(PROJECT, project);
    return labels;
  }

  static Map<String, String> link(String project, String source) {
    Map<String, String> labels = role(Role.LINK, project);
    labels.put(SOURCE, source);
    return labels;
  }

  /** Those of a relay; targets are the networks of what it dials. */
  static Map<String, String> relay(
      String project, String source, String routes, Set<String> targets) {
    Map<String, String> labels = role(Role.RELAY, project);
    labels.put(SOURCE, source);
    labels.put(ROUTES, routes);
    labels.put(TARGETS, String.join(" ", targets));
    return labels;
  }

  static List<String> targets(Map<String, String> labels) {
    return words(labels.getOrDefault(TARGETS, ""));
  }

  /** Networks that a member is to be on before it starts. */
  static List<String> networks(Map<String, String> labels) {
    return words(labels.getOrDefault(NETWORKS, ""));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  static Map<String, String> member(Group group, Member member, List<String> networks) {
    Map<String, String> labels = member(group, member);
    if (!networks.isEmpty()) {
      labels.put(NETWORKS, String.join(" ", networks));
    }
    return labels;
  }

  static boolean is(Role role, Map<String, String> labels) {
    return role.name().toLowerCase(Locale.ROOT).equals(labels.get(ROLE));
  }

  private static Map<String, String> of(Role role, GroupId id) {
    Map<String, String> labels = role(role, id.project());
    labels.put(GROUP, id.toString());
    labels.put(KIND, id.kind().name());
    labels.put(WORKLOAD, id.workload());
    labels.put(RUN, Integer.toString(id.run()));
    labels.put(ATTEMPT, Integer.toString(id.attempt()));
    return labels;
  }

  static Map<String, String> member(Group group, Member member) {
    Map<String, String> labels = of(Role.MEMBER, group.id());
    labels.put(GROUP_KIND, group.kind().name());
    labels.put(INDEX, Integer.toString(member.index()));
    labels.put(START, Integer.toString(member.start()));
    labels.put(WORLD, Integer.toString(group.template().worldSize()));
    labels.put(GRACE, Long.toString(group.template().grace().toMillis()));
    address(group).ifPresent(a -> labels.put(ADDRESS, a));
    if (!group.template().secrets().isEmpty()) {
      labels.put(SECRETS, secrets(group.template().secrets()));
    }
    return labels;
  }

  /** {@code :PORT} behind the address on its network, or the whole of it where it is published. */
  private static Optional<String> address(Group group) {
    if (group.template().program() instanceof Program.Gateway gateway) {
      return Optional.of("127.0.0.1:" + gateway.port());
    }
    return group.template().port().map(p -> ":" + p);
  }

  /** {@code file=name}, separated by commas; no value is ever in a label. */
  private static String secrets(List<SecretFile> files) {
    return files.stream().map(f -> f.path() + "=" + f.name()).collect(Collectors.joining(","));
  }

  /** The secrets of a member, by their names. */
  static List<SecretFile> secrets(Map<String, String> labels) {
    String text = labels.getOrDefault(SECRETS, "");
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1))
            .map(f -> f.split("=", 2))
            .map(f -> new SecretFile(f[1], Optional.of(f[0])))
            .toList();
  }

  static Map<String, String> asked(GroupId id, Member member, long deadlineMillis) {
    Map<String, String> labels = of(Role.ASKED, id);
    labels.put(INDEX, Integer.toString(member.index()));
    labels.put(START, Integer.toString(member.start()));
    labels.put(DEADLINE, Long.toString(deadlineMillis));
    return labels;
  }

  static Map<String, String> removed(GroupId id, long deadlineMillis) {
    Map<String, String> labels = of(Role.REMOVED, id);
    labels.put(DEADLINE, Long.toString(deadlineMillis));
    return labels;
  }

  static GroupId group(Map<String, String> labels) {
    return new GroupId(
        get(labels, PROJECT),
        Kind.valueOf(get(labels, KIND)),
        get(labels, WORKLOAD),
        number(labels, RUN),
        number(labels, ATTEMPT));
  }

  static Member member(Map<String, String> labels) {
    return new Member(number(labels, INDEX), number(labels, START));
  }

  static boolean isGang(Map<String, String> labels) {
    return GroupKind.GANG.name().equals(labels.get(GROUP_KIND));
  }

  static boolean isService(Map<String, String> labels) {
    return GroupKind.SERVICE.name().equals(labels.get(GROUP_KIND));
  }

  static int worldSize(Map<String, String> labels) {
    return number(labels, WORLD);
  }

  static long graceMillis(Map<String, String> labels) {
    return Long.parseLong(get(labels, GRACE));
  }

  static long deadlineMillis(Map<String, String> labels) {
    return Long.parseLong(get(labels, DEADLINE));
  }

  static Optional<String> address(Map<String, String> labels) {
    return Optional.ofNullable(labels.get(ADDRESS));
  }

  private static int number(Map<String, String> labels, String key) {
    return Integer.parseInt(get(labels, key));
  }

  private static String get(Map<String, String> labels, String key) {
    String value = labels.get(key);
    if (value == null) {
      throw new IllegalArgumentException("label " + key + " is missing");
    }
    return value;
  }
}
