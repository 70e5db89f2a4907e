package dev.naru.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Makes a root folder of packages fit for an image: no shell, no manuals, one user, no links. */
final class RootFolder {
  /** Counts in the key of the packages' layer: raise it when the rules below change. */
  static final int RULES = 1;

  private static final List<Pattern> DROPPED =
      List.of(
          Pattern.compile("usr/share/(man|info|locale|lintian|bug|bash-completion|menu)"),
          Pattern.compile("usr/share/(applications|pixmaps|doc-base|binfmts|gcc|gdb)"),
          Pattern.compile("usr/share/doc/[^/]+/(?!copyright$)[^/]+"),
          Pattern.compile("usr/lib/[^/]+/(gconv|audit)"),
          Pattern.compile(
              "usr/lib/python3\\.[0-9]+/(ensurepip|idlelib|lib2to3|turtledemo|tkinter)"),
          Pattern.compile("usr/lib/python3\\.[0-9]+/(test|unittest/test|pydoc_data)"),
          Pattern.compile("(usr/)?(bin|sbin)/(?!python3).*"),
          Pattern.compile("etc/(init\\.d|cron.*|default|logrotate\\.d|profile\\.d)"),
          Pattern.compile(".*/__pycache__"),
          Pattern.compile(".*\\.pyc"));

  private RootFolder() {}

  static void finish(Path root) throws IOException {
    prune(root);
    Trees.resolveLinks(root);
    Path etc = Files.createDirectories(root.resolve("etc"));
    for (String file : List.of("passwd", "group")) {
      Files.deleteIfExists(etc.resolve(file));
    }
    Files.writeString(
        etc.resolve("passwd"),
        """
        root:x:0:0:root:/nonexistent:/nonexistent
        naru:x:65532:65532:naru:/tmp:/nonexistent
        """);
    Files.writeString(etc.resolve("group"), "root:x:0:\nnaru:x:65532:\n");
    // Without it, glibc asks the network before the file for names such as localhost.
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
  }

  private static void prune(Path root) throws IOException {
    for (Path path : Disk.tree(root)) {
      String name = root.relativize(path).toString();
      if (DROPPED.stream().anyMatch(p -> p.matcher(name).matches())
          && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Disk.delete(path);
      }
    }
  }
}
