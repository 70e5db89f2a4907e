package dev.naru.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The locked requirements of Python images. The host's pip chooses and downloads wheels for the
 * image's Python, comparing hashes; they are unpacked here, so that no path, time or version of the
 * host's Python gets into the image.
 */
final class Wheels {
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final long MOST_UNPACKED = 20L << 30;
  private static final int OLDEST_GLIBC = 5;
  private static final int IMAGE_GLIBC = 36;

  private final Path cache;

  Wheels(Path cache) {
    this.cache = cache;
  }

  /** Chooses and keeps the wheels for a requirements file, in the order of their names. */
  List<Wheel> resolve(String image, String python, String requirements) throws IOException {
    Requirements.refuseLoose(image, requirements);
    if (Requirements.lines(requirements).isEmpty()) {
      return List.of();
    }
    // Hashes pin what can come out, so a choice made once holds, without asking an index again.
    Path note =
        cache
            .resolve("chosen")
            .resolve(
                Hashes.ofText(
                    python + " " + Platform.name() + " " + Requirements.digest(requirements)));
    Optional<List<Wheel>> before = chosen(note);
    if (before.isPresent()) {
      return before.get();
    }
    List<Wheel> wheels = choose(image, python, requirements);
    String lines =
        wheels.stream().map(w -> w.file() + " " + w.sha256()).collect(Collectors.joining("\n"));
    Disk.note(note, lines.getBytes(StandardCharsets.UTF_8));
    return wheels;
  }

  private Optional<List<Wheel>> chosen(Path note) throws IOException {
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    List<Wheel> wheels = new ArrayList<>();
    for (String line : Files.readAllLines(note)) {
      String[] parts = line.split(" ", -1);
      if (parts.length != 2 || !parts[1].matches("[0-9a-f]{64}")) {
        return Optional.empty();
      }
      Wheel wheel = Wheel.of(parts[0], parts[1]);
      if (!Files.exists(kept(wheel))) {
        return Optional.empty();
      }
      wheels.add(wheel);
    }
    return Optional.of(List.copyOf(wheels));
  }

  private List<Wheel> choose(String image, String python, String requirements) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(cache), ".download-");
    try {
      String lines = String.join("\n", Requirements.lines(requirements));
      download(image, python, lines, folder, List.of());
      List<Wheel> wheels = new ArrayList<>();
      for (Path file : Disk.tree(folder)) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".whl")) {
          Wheel wheel = Wheel.of(name, Hashes.ofFile(file));
          Disk.move(file, kept(wheel));
          wheels.add(wheel);
        }
      }
      wheels.sort(Comparator.comparing(Wheel::normalName));
      return List.copyOf(wheels);
    } finally {
      Disk.delete(folder);
    }
  }

  private static void download(
      String image, String python, String requirements, Path folder, List<String> options)
      throws IOException {
    Path list = folder.resolve("requirements.txt");
    Files.writeString(list, requirements + "\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
                "--require-hashes",
                "--only-binary=:all:",
                "--implementation=cp",
                "--python-version=" + python,
                "--abi=cp" + python.replace(".", ""),
                "--abi=abi3",
                "--abi=none"));
    platforms().forEach(p -> command.add("--platform=" + p));
    command.addAll(options);
    command.addAll(List.of("--dest", folder.toString(), "--requirement", list.toString()));
    if (Tools.find("python3").isEmpty()) {
      throw Trouble.failed(
          "cannot get the requirements of image/"
              + image
              + ": this host has no python3 with pip to download them; install python3-pip, or"
              + " build once where it is and take the image from a registry");
    }
    Tools.Ended ended = Tools.run(folder, LIMIT, command);
    if (ended.exit() != 0) {
      throw Trouble.ofTool(
          "cannot get the requirements of image/" + image + ": pip said: ",
          ended,
          "correct the requirements, then run naru lock --update");
    }
  }

  /** Without what it needs in turn: a lock names everything. */
  private void download(String image, String python, String pin, Wheel wheel) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(cache), ".download-");
    try {
      download(image, python, pin, folder, List.of("--no-deps"));
      Path file = folder.resolve(wheel.file());
      if (Files.exists(file) && Hashes.ofFile(file).equals(wheel.sha256())) {
        Disk.move(file, kept(wheel));
      }
    } finally {
      Disk.delete(folder);
    }
  }

  private static Stream<String> platforms() {
    String machine = Platform.machine();
    Stream<String> named =
        IntStream.rangeClosed(OLDEST_GLIBC, IMAGE_GLIBC)
            .mapToObj(v -> "manylinux_2_" + (OLDEST_GLIBC + IMAGE_GLIBC - v) + "_" + machine);
    return Stream.concat(
        named,
        Stream.of(
            "manylinux2014_" + machine,
            "manylinux2010_" + machine,
            "manylinux1_" + machine,
            "linux_" + machine));
  }

  private Path kept(Wheel wheel) {
    return cache.resolve(wheel.sha256()).resolve(wheel.file());
  }

  /** A locked wheel's file: from the cache, else downloaded, always compared with its digest. */
  Path fetch(String image, String python, Wheel wheel) throws IOException {
    Path kept = kept(wheel);
    if (Files.exists(kept) && Hashes.ofFile(kept).equals(wheel.sha256())) {
      return kept;
    }
    String pin = wheel.name() + "==" + wheel.version() + " --hash=sha256:" + wheel.sha256();
    download(image, python, pin, wheel);
    if (!Files.exists(kept) || !Hashes.ofFile(kept).equals(wheel.sha256())) {
      throw Trouble.failed(
          "cannot get requirement "
              + wheel.name()
              + " "
              + wheel.version()
              + " of image/"
              + image
              + ": expected the file "
              + wheel.file()
              + " of sha256 "
              + wheel.sha256()
              + "; run naru lock --update");
    }
    return kept;
  }

  /** Unpacks a wheel (PEP 427) into a root folder, as an installer would. */
  static void unpack(Path file, String python, Path root) throws IOException {
    Path site = root.resolve(PythonRuntime.sitePackages(python).substring(1));
    long left = MOST_UNPACKED;
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntries();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        if (entry.isDirectory()) {
          continue;
        }
        left -= entry.getSize();
        Path target = target(entry.getName(), site, root, python);
        if (left < 0 || entry.isUnixSymlink() || !target.startsWith(root)) {
          throw Trouble.failed(
              "cannot unpack "
                  + file.getFileName()
                  + ": "
                  + entry.getName()
                  + " is a link, leaves the folder or is too large");
        }
        Files.createDirectories(Disk.parent(target));
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] bytes = in.readAllBytes();
          boolean script = target.startsWith(root.resolve("usr/local/bin"));
          Files.write(target, script ? withInterpreter(bytes, python) : bytes);
          boolean program = script || (entry.getUnixMode() & 0111) != 0;
          if (program && !target.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + target + " executable");
          }
        }
      }
    }
  }

  private static Path target(String name, Path site, Path root, String python) {
    int data = name.indexOf(".data/");
    if (data < 0 || name.substring(0, data).contains("/")) {
      return site.resolve(name).normalize();
    }
    String rest = name.substring(data + ".data/".length());
    int slash = rest.indexOf('/');
    String inner = rest.substring(slash + 1);
    return switch (rest.substring(0, Math.max(slash, 0))) {
      case "scripts" -> root.resolve("usr/local/bin").resolve(inner).normalize();
      case "headers" ->
          root.resolve("usr/local/include/python" + python).resolve(inner).normalize();
      case "data" -> root.resolve("usr/local").resolve(inner).normalize();
      default -> site.resolve(inner).normalize();
    };
  }

  private static byte[] withInterpreter(byte[] script, String python) {
    String text = new String(script, StandardCharsets.ISO_8859_1);
    return text.startsWith("#!python")
        ? text.replaceFirst("^#!pythonw?", "#!/usr/bin/python" + python)
            .getBytes(StandardCharsets.ISO_8859_1)
        : script;
  }
}
