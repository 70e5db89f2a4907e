package dev.naru.engine.local;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The groups of a home, as their files say. Nothing is held back: files are the truth. */
final class GroupStore {
  private static final String FILE = "group.json";

  private final Layout layout;
  private final KeptLogs keptLogs;
  private final Map<Path, Cached> cache = new ConcurrentHashMap<>();

  GroupStore(Layout layout) {
    this.layout = layout;
    this.keptLogs = new KeptLogs(layout);
  }

  /** What was read, and how the file looked then: every write makes a new file. */
  private record Cached(FileTime modified, long size, Object key, GroupFile file) {
    boolean matches(BasicFileAttributes now) {
      return modified.equals(now.lastModifiedTime())
          && size == now.size()
          && key.equals(String.valueOf(now.fileKey()));
    }
  }

  Optional<GroupFile> read(GroupId id) throws IOException {
    return read(layout.group(id));
  }

  private Optional<GroupFile> read(Path folder) throws IOException {
    Path path = folder.resolve(FILE);
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      Cached cached = cache.get(path);
      if (cached == null || !cached.matches(now)) {
        GroupFile file = GroupJson.read(Files.readString(path));
        cached =
            new Cached(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()), file);
        cache.put(path, cached);
      }
      return Optional.of(cached.file());
    } catch (NoSuchFileException e) {
      cache.remove(path);
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  void write(GroupFile file) throws IOException {
    Path folder = layout.group(file.group().id());
    Files.createDirectories(folder);
    Durable.write(folder.resolve(FILE), GroupJson.write(file));
    Durable.sync(Objects.requireNonNull(folder.getParent()));
  }

  /** Every group that there is something of. */
  List<GroupFile> all() throws IOException {
    List<GroupFile> all = new ArrayList<>();
    for (Path project : children(layout.replicas())) {
      for (Path group : children(project)) {
        read(group).ifPresent(all::add);
      }
    }
    return all;
  }

  /** The directories of all members that were ever named, in order. */
  List<MemberDir> members(GroupFile file) throws IOException {
    Path folder = layout.group(file.group().id());
    Set<Member> members = new TreeSet<>(file.group().members());
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (name.matches("[0-9]+\\.[0-9]+")) {
        members.add(GroupJson.member(name));
      }
    }
    return members.stream().map(m -> new MemberDir(folder.resolve(m.toString()), m)).toList();
  }

  MemberDir member(GroupId id, Member member) {
    return new MemberDir(layout.group(id).resolve(member.toString()), member);
  }

  /** Members first and the intent last, so that a crash in the middle leaves it to be repeated. */
  void forget(GroupFile file) throws IOException {
    keptLogs.keep(file.group().id(), members(file));
    Path folder = layout.group(file.group().id());
    for (MemberDir dir : members(file)) {
      Durable.deleteTree(dir.path());
    }
    Files.deleteIfExists(folder.resolve(FILE));
    cache.remove(folder.resolve(FILE));
    Durable.deleteTree(folder);
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          children.add(child);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return children;
  }
}
