package dev.naru.engine.local;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The logs of replicas whose group was removed: {@code
 * logs/replicas/<project>/<group>/<index>.<start>/log}, moved there before the group is forgotten,
 * so that a finished or failed attempt can still be read. The newest {@link #GROUPS} groups of a
 * project are kept.
 */
public final class KeptLogs {
  private static final int GROUPS = 100;
  private static final List<String> NAMES = List.of("log", "log.1", "log.2");

  private final Layout layout;

  KeptLogs(Layout layout) {
    this.layout = layout;
  }

  /** Those of a home. */
  public static KeptLogs of(Path home) {
    return new KeptLogs(new Layout(home));
  }

  /** Something that can write a log into a file. */
  public interface Source {
    /** Writes it. */
    void copyTo(Path file) throws IOException;
  }

  /** Takes over logs that are not files of the home, in place of what was kept under this id. */
  public void copy(GroupId id, Map<Member, Source> logs) throws IOException {
    Path folder = layout.keptLogs(id);
    Durable.deleteTree(folder);
    for (Map.Entry<Member, Source> log : logs.entrySet()) {
      Path to = folder.resolve(log.getKey().toString());
      Files.createDirectories(to);
      log.getValue().copyTo(to.resolve("log"));
    }
    if (!logs.isEmpty()) {
      prune(layout.keptLogs(id.project()));
    }
  }

  /**
   * Hands the lines of a kept log on.
   *
   * @param tail that many last lines; -1 for all
   * @return false where it is not kept
   */
  public boolean read(GroupId id, Member member, int tail, Predicate<String> sink)
      throws IOException {
    Path log = log(id, member);
    if (!Files.exists(log)) {
      return false;
    }
    try {
      Logs.read(log, tail, () -> false, sink);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** Where the log of a removed replica is, if it is kept. */
  Path log(GroupId id, Member member) {
    return layout.keptLogs(id).resolve(member.toString()).resolve("log");
  }

  /** Takes over the logs of a replica that is about to be forgotten. */
  void keep(GroupId id, List<MemberDir> members) throws IOException {
    Path folder = layout.keptLogs(id);
    // The id may have been used before a purge: those logs are another's.
    Durable.deleteTree(folder);
    for (MemberDir member : members) {
      for (String name : NAMES) {
        Path log = member.log().resolveSibling(name);
        if (Files.exists(log)) {
          Path to = folder.resolve(member.path().getFileName().toString());
          Files.createDirectories(to);
          Files.move(log, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    if (Files.isDirectory(folder)) {
      prune(layout.keptLogs(id.project()));
    }
  }

  /** Forgets the logs of a project. */
  public void remove(String project) throws IOException {
    Durable.deleteTree(layout.keptLogs(project));
  }

  private static void prune(Path project) throws IOException {
    List<Path> oldest;
    try (Stream<Path> groups = Files.list(project)) {
      oldest = groups.sorted(Comparator.comparing(KeptLogs::age)).toList();
    }
    for (Path group : oldest.subList(0, Math.max(0, oldest.size() - GROUPS))) {
      Durable.deleteTree(group);
    }
  }

  private static FileTime age(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
