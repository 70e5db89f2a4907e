package dev.naru.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Folders on their way into a layer. */
final class Trees {
  private static final int MOST_HOPS = 40;

  private Trees() {}

  /** The entries of a folder's contents, owned by root, readable by all. */
  static List<LayerEntry> entries(Path root, String prefix) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    for (Path path : Disk.tree(root)) {
      if (path.equals(root)) {
        continue;
      }
      String name = prefix + "/" + root.relativize(path).toString().replace('\\', '/');
      boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
      if (!folder && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw Trouble.invalid(
            "cannot take " + path + ": it is neither a file nor a folder; remove it");
      }
      // The user's umask is no part of what an image holds; whether a file is a program is.
      int mode = folder || Files.isExecutable(path) ? 0755 : 0644;
      entries.add(new LayerEntry(name, path, mode, LayerEntry.ROOT));
    }
    return entries;
  }

  /**
   * Replaces every symbolic link under a root by a copy of what it means, as a program inside would
   * see it: absolute ones begin at the root. A link to nothing is removed, one that leaves the root
   * is refused.
   */
  static void resolveLinks(Path root) throws IOException {
    for (Path path : Disk.tree(root)) {
      if (Files.isSymbolicLink(path)) {
        Optional<Path> meant = meant(root, path);
        Files.delete(path);
        if (meant.isPresent()) {
          copy(root, meant.get(), path);
        }
      }
    }
  }

  private static void copy(Path root, Path from, Path to) throws IOException {
    if (to.startsWith(from)) {
      throw Trouble.invalid(
          "cannot take "
              + root.relativize(to)
              + ": it is a link to a folder that it is in; remove the link");
    }
    for (Path path : Disk.tree(from)) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isSymbolicLink(path)) {
        Optional<Path> meant = meant(root, path);
        if (meant.isPresent()) {
          copy(root, meant.get(), target);
        }
      } else {
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** What a path means inside a root; empty for nothing. */
  static Optional<Path> meant(Path root, Path link) throws IOException {
    Deque<Path> names = new ArrayDeque<>();
    root.relativize(link).forEach(names::addLast);
    Path at = root;
    int hops = 0;
    while (!names.isEmpty()) {
      String name = names.removeFirst().toString();
      if (name.equals("..")) {
        if (at.equals(root)) {
          throw leaves(root, link);
        }
        at = Disk.parent(at);
      } else if (!name.equals(".") && !name.isEmpty()) {
        Path next = at.resolve(name);
        if (Files.isSymbolicLink(next)) {
          if (++hops > MOST_HOPS) {
            throw Trouble.invalid(
                "cannot take " + root.relativize(link) + ": its links go in a circle; remove them");
          }
          Path target = Files.readSymbolicLink(next);
          at = target.isAbsolute() ? root : at;
          List<Path> more = new ArrayList<>();
          target.forEach(more::add);
          more.reversed().forEach(names::addFirst);
        } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
          at = next;
        } else {
          return Optional.empty();
        }
      }
    }
    return Optional.of(at);
  }

  private static RuntimeException leaves(Path root, Path link) {
    return Trouble.invalid(
        "cannot take "
            + root.relativize(link)
            + ": it is a symbolic link out of its folder; copy there what it means");
  }
}
