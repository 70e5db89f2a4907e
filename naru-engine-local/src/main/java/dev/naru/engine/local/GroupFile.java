package dev.naru.engine.local;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code group.json} says: the intent, written before anything is started.
 *
 * @param group as it was applied last
 * @param ports where members listen that were given a port
 * @param coordinator port of rank 0 of a gang; 0 where there is none
 * @param removing whether it is to be forgotten once all have ended
 */
record GroupFile(Group group, SortedMap<Member, Integer> ports, int coordinator, boolean removing) {
  GroupFile {
    ports = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(ports)));
  }

  GroupFile remove() {
    return new GroupFile(group, ports, coordinator, true);
  }

  /** The same group with other members. */
  Group with(List<Member> members) {
    return new Group(group.id(), group.kind(), group.template(), members, group.links());
  }
}
