package dev.naru.core.engine;

import java.util.List;

/**
 * The engine's unit: identical replicas.
 *
 * @param id who it is
 * @param kind how its members belong together
 * @param template what its members have in common; never changed for one id
 * @param members exactly the members that shall be there, in order of index, one per index
 * @param links whom the members may talk to
 */
public record Group(
    GroupId id, GroupKind kind, Template template, List<Member> members, List<Link> links) {
  /** Copies and sorts. */
  public Group {
    members = members.stream().sorted().toList();
    links = List.copyOf(links);
  }

  /** The same without members: nothing of it is started. */
  public Group waiting() {
    return new Group(id, kind, template, List.of(), links);
  }
}
