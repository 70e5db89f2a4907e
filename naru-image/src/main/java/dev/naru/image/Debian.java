package dev.naru.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The distribution's own packages, by the host's apt and dpkg-deb: which versions there are, and a
 * root folder of what exact versions hold. Nothing is installed and no script of a package runs.
 */
final class Debian {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Where apt keeps its lists and what it is told of them. */
  private static final List<Path> LISTS =
      Stream.of(
              "/var/lib/apt/lists",
              "/var/lib/dpkg/status",
              "/etc/apt",
              "/etc/apt/apt.conf.d",
              "/etc/apt/preferences.d",
              "/etc/apt/sources.list.d")
          .map(Path::of)
          .toList();

  private final Path cache;
  private final HostNotes notes;

  /**
   * @param cache keeps package files by their digest
   * @param notes keeps what was found out
   */
  Debian(Path cache, HostNotes notes) {
    this.cache = cache;
    this.notes = notes;
  }

  /** Whether this host has the programs. */
  static boolean isHere() {
    return Stream.of("apt-get", "apt-cache", "dpkg-deb").allMatch(t -> Tools.find(t).isPresent());
  }

  /** The host's architecture as packages call it. */
  static String architecture() {
    return Platform.architecture();
  }

  /** The versions that the host's package lists offer now; empty if a name is not among them. */
  Optional<List<DebPackage>> candidates(List<String> names) throws IOException {
    List<String> command = new ArrayList<>(List.of("apt-cache", "show", "--no-all-versions"));
    command.addAll(names);
    // apt takes about a second of processor, for it reads all its lists each time.
    Beside.Work<String> asking = () -> Tools.run(folder(), LIMIT, command).text();
    String shown =
        System.getenv("APT_CONFIG") == null
            ? notes.text(
                command.toString(), LISTS, asking, t -> offered(t).keySet().containsAll(names))
            : asking.done();
    Map<String, DebPackage> found = offered(shown);
    return found.keySet().containsAll(names)
        ? Optional.of(
            names.stream().map(n -> java.util.Objects.requireNonNull(found.get(n))).toList())
        : Optional.empty();
  }

  private static Map<String, DebPackage> offered(String shown) {
    Map<String, DebPackage> found = new HashMap<>();
    for (String stanza : shown.split("\n\n", -1)) {
      Map<String, String> fields = fields(stanza);
      if (fields.containsKey("SHA256") && fields.containsKey("Package")) {
        found.putIfAbsent(
            fields.getOrDefault("Package", ""),
            new DebPackage(
                fields.getOrDefault("Package", ""),
                fields.getOrDefault("Version", ""),
                fields.getOrDefault("Architecture", ""),
                fields.getOrDefault("SHA256", "")));
      }
    }
    return found;
  }

  private static Map<String, String> fields(String stanza) {
    Map<String, String> fields = new HashMap<>();
    for (String line : stanza.split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0 && line.charAt(0) != ' ') {
        fields.put(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    return fields;
  }

  /**
   * Downloads what is not kept yet, all at once, for apt reads its lists each time that it is
   * started. What does not come is left to {@link #fetch}, which says why.
   */
  void fetchAll(List<DebPackage> wanted) throws IOException {
    List<DebPackage> missing = wanted.stream().filter(p -> !Files.exists(kept(p))).toList();
    if (!missing.isEmpty()) {
      download(missing);
    }
  }

  /** The package's file; from the cache, else downloaded, and always compared with its digest. */
  Path fetch(DebPackage wanted) throws IOException {
    Path kept = kept(wanted);
    if (Files.exists(kept) && Hashes.ofFile(kept).equals(wanted.sha256())) {
      return kept;
    }
    Download download = download(List.of(wanted));
    if (download.ended().exit() != 0 || download.digests().size() != 1) {
      throw gone(wanted, "apt-get download said: " + download.ended().errors());
    }
    String found = download.digests().getFirst();
    if (!found.equals(wanted.sha256())) {
      throw gone(wanted, "expected the file of sha256 " + wanted.sha256() + ", found " + found);
    }
    return kept;
  }

  /**
   * What a download brought.
   *
   * @param digests of the files, SHA-256
   */
  private record Download(Tools.Ended ended, List<String> digests) {}

  /** Keeps the files that are wanted, by their digests, and no other. */
  private Download download(List<DebPackage> wanted) throws IOException {
    Path folder = Files.createTempDirectory(folder(), ".download-");
    try {
      List<String> command = new ArrayList<>(List.of("apt-get", "download"));
      wanted.forEach(p -> command.add(p.name() + "=" + p.version()));
      Tools.Ended ended = Tools.run(folder, LIMIT, command);
      List<String> digests = new ArrayList<>();
      for (Path file : Disk.tree(folder).stream().filter(Files::isRegularFile).toList()) {
        String digest = Hashes.ofFile(file);
        digests.add(digest);
        Optional<DebPackage> its =
            wanted.stream().filter(p -> p.sha256().equals(digest)).findFirst();
        if (its.isPresent()) {
          Disk.move(file, kept(its.get()));
        }
      }
      return new Download(ended, digests);
    } finally {
      Disk.delete(folder);
    }
  }

  private Path kept(DebPackage wanted) {
    return cache.resolve(wanted.sha256() + ".deb");
  }

  private static RuntimeException gone(DebPackage wanted, String why) {
    return Trouble.failed(
        "cannot get package "
            + wanted.name()
            + " "
            + wanted.version()
            + ": "
            + why
            + "; distributions withdraw versions: run naru lock --update (after apt-get update)");
  }

  /** Adds a package to a root folder, with its control file where scanners look for it. */
  void unpack(DebPackage wanted, Path root) throws IOException {
    Path file = fetch(wanted);
    run(root, List.of("dpkg-deb", "--extract", file.toString(), root.toString()));
    Path status = Files.createDirectories(root.resolve("var/lib/dpkg/status.d"));
    Path control = Files.createTempDirectory(folder(), ".control-");
    try {
      run(root, List.of("dpkg-deb", "--control", file.toString(), control.toString()));
      Files.copy(control.resolve("control"), status.resolve(wanted.name()));
    } finally {
      Disk.delete(control);
    }
  }

  private static void run(Path root, List<String> command) throws IOException {
    Tools.Ended ended = Tools.run(root, LIMIT, command);
    if (ended.exit() != 0) {
      throw new IOException(command.get(0) + " ended with " + ended.exit() + ": " + ended.errors());
    }
  }

  private Path folder() throws IOException {
    return Files.createDirectories(cache);
  }
}
