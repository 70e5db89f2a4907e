package dev.naru.engine.local.docker;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Member;
import dev.naru.spec.TreeDigest;

/**
 * What containers, networks and volumes are called. Parts are joined by {@code _}, which names of
 * projects and workloads cannot hold, so no two things have one name.
 *
 * @param home id of the home
 */
record Names(String home) {
  private String under(String project) {
    return "naru_" + home + "_" + project + "_";
  }

  String member(GroupId id, Member member) {
    return under(id.project()) + id.name() + "_" + member.index() + "_" + member.start();
  }

  String asked(GroupId id, Member member) {
    return member(id, member) + "_asked";
  }

  String removed(GroupId id, long deadlineMillis) {
    return under(id.project()) + id.name() + "_removed_" + deadlineMillis;
  }

  String question(String project, String hash) {
    return under(project) + "question_" + hash;
  }

  String hatch(String volume, long number) {
    return volume + "_hatch_" + number;
  }

  String gang(GroupId id) {
    return under(id.project()) + id.name();
  }

  String service(GroupId id) {
    return service(id.project(), id.workload());
  }

  String service(String project, String inference) {
    return under(project) + inference + Links.INFERENCE;
  }

  /** The network of a workload and the relay of its link to a host. */
  String link(String project, String ref, String host) {
    return under(project) + "link_" + TreeDigest.ofText(ref + " " + host).substring(7, 23);
  }

  String probe(String project, String part) {
    return under(project) + "probe_" + part;
  }

  String relay(String project, String ref) {
    return under(project) + ref.replace('/', '-') + "_relay";
  }

  /** The plain network that relays of a project reach the outside by. */
  String outside(String project) {
    return under(project) + "outside";
  }

  String secrets(GroupId id) {
    return under(id.project()) + id.name() + "_secrets";
  }

  String gatewayNetwork() {
    return "naru_" + home + "_gateway";
  }

  String gatewayFiles() {
    return "naru_" + home + "_gateway";
  }

  String volume(String project, String volume) {
    return under(project) + volume + "-volume";
  }

  String models(String project) {
    return under(project) + "models";
  }

  /** What ranks call each other: at most 63 characters, as names in DNS are. */
  static String alias(GroupId id, int index) {
    return id.name() + "-" + index;
  }
}
