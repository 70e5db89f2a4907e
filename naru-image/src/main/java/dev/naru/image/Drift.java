package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where a file, or this host, is no longer what the lock says. */
public final class Drift {
  private Drift() {}

  /**
   * What the file says otherwise than the lock, one sentence each; empty when they agree.
   *
   * @param folder the folder of the project's file
   */
  public static List<String> ofFile(Image image, Path folder, Lock lock) {
    Optional<LockedImage> locked = lock.image(image.metadata().name());
    if (locked.isEmpty()) {
      return List.of("the lock is older than the file: it does not name " + image.ref());
    }
    List<String> drifts = new ArrayList<>();
    if (!lock.platform().equals(Platform.name())) {
      drifts.add("the lock is for " + lock.platform() + ", this host is " + Platform.name());
    }
    compare(drifts, "runtime", locked.get().runtime(), Recipe.runtime(image));
    compare(drifts, "base", locked.get().base(), Recipe.base(image));
    requirements(image, folder, locked.get(), drifts);
    return drifts;
  }

  private static void compare(List<String> drifts, String what, String locked, String now) {
    if (!locked.equals(now)) {
      drifts.add(what + " is " + now + " in the file, " + locked + " in the lock");
    }
  }

  private static void requirements(
      Image image, Path folder, LockedImage locked, List<String> drifts) {
    Optional<String> text = Recipe.requirements(image, folder);
    if (text.map(Requirements::digest).equals(locked.requirements())) {
      return;
    }
    SortedMap<String, String> file = text.map(Requirements::pins).orElseGet(TreeMap::new);
    SortedMap<String, String> lock = new TreeMap<>();
    locked.wheels().forEach(w -> lock.put(w.normalName(), w.version()));
    TreeSet<String> names = new TreeSet<>(file.keySet());
    names.addAll(lock.keySet());
    int before = drifts.size();
    for (String name : names) {
      compare(
          drifts,
          "requirement " + name,
          lock.getOrDefault(name, "absent"),
          file.getOrDefault(name, "absent"));
    }
    if (drifts.size() == before) {
      drifts.add("hashes or markers of the requirements changed in the file");
    }
  }

  /**
   * Where a plain process on this host runs on something else than the lock's image would: for the
   * process engine, which runs programs on the host's own runtime.
   *
   * @param jdk home of the JDK that runs java programs
   */
  public static List<String> ofHost(LockedImage locked, Path jdk) {
    List<String> drifts = new ArrayList<>();
    try {
      if (locked.jdk().isPresent() && Files.isDirectory(jdk)) {
        Jdk now = new JavaRuntime(jdk).identity();
        if (!now.equals(locked.jdk().get())) {
          drifts.add(
              "JDK is " + words(now) + " here, " + words(locked.jdk().get()) + " in the lock");
        }
      }
      if (!locked.packages().isEmpty() && Tools.find("dpkg-query").isPresent()) {
        packages(locked, drifts);
      }
    } catch (IOException e) {
      throw Trouble.of("cannot compare this host with the lock", e);
    }
    return drifts;
  }

  private static void packages(LockedImage locked, List<String> drifts) throws IOException {
    for (DebPackage p : locked.packages()) {
      Tools.Ended here =
          Tools.run(
              Path.of("/"),
              java.time.Duration.ofSeconds(20),
              List.of("dpkg-query", "-W", "-f=${Version}", p.name()));
      String version = here.exit() == 0 ? here.text().strip() : "not installed";
      if (!version.equals(p.version())) {
        drifts.add(
            "package " + p.name() + " is " + version + " here, " + p.version() + " in the lock");
      }
    }
  }

  static String words(Jdk jdk) {
    return jdk.name() + " " + jdk.version() + " (sha256 " + jdk.sha256().substring(0, 12) + "…)";
  }
}
