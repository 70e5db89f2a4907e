package dev.naru.image;

import java.util.ArrayList;
import java.util.List;

/** The Python of images: the distribution's own packages. */
final class PythonRuntime {
  private PythonRuntime() {}

  /** The packages of a version; the interpreter's own first. */
  static List<String> packages(String version) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "python" + version + "-minimal",
                "libpython" + version + "-minimal",
                "libpython" + version + "-stdlib"));
    names.addAll(
        List.of(
            "libbz2-1.0",
            "libc6",
            "libcrypt1",
            "libexpat1",
            "libffi8",
            "libgcc-s1",
            "libgomp1",
            "liblzma5",
            "libsqlite3-0",
            "libssl3",
            "libstdc++6",
            "libuuid1",
            "zlib1g"));
    return List.copyOf(names);
  }

  /** Where requirements go: the distribution's Python looks there by itself. */
  static String sitePackages(String version) {
    return "/usr/local/lib/python" + version + "/dist-packages";
  }
}
