package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The members that shall be there, as an annotation of a group's object: {@code 0.0,1.2}. */
final class Members {
  private Members() {}

  static String of(Group group) {
    return text(group.members());
  }

  static String text(List<Member> members) {
    return members.stream().map(Member::toString).collect(Collectors.joining(","));
  }

  /** What {@link #of} wrote; none where somebody removed it. */
  static List<Member> read(HasMetadata object) {
    return read(Labels.annotation(object, Labels.MEMBERS));
  }

  /** The member that a pod was which was asked to go; empty for others. */
  static Optional<Member> left(HasMetadata pod) {
    return read(Labels.annotation(pod, Labels.MEMBER)).stream().findFirst();
  }

  private static List<Member> read(String text) {
    List<Member> members = new ArrayList<>();
    for (String word : text.split(",", 0)) {
      String[] parts = word.split("\\.", 2);
      if (parts.length == 2) {
        try {
          members.add(new Member(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
        } catch (NumberFormatException e) {
          return List.of();
        }
      }
    }
    return members;
  }
}
