package dev.naru.serving;

import java.util.Map;

/**
 * Netty unpacks a native library when it starts: into this process's own temporary folder, which is
 * removed with it.
 */
final class NativeFolder {
  private NativeFolder() {}

  /** To be called before any class of Netty is used. */
  static void use(Map<String, String> env) {
    String folder = env.get("TMPDIR");
    if (folder != null
        && !folder.isEmpty()
        && System.getProperty("io.netty.native.workdir") == null) {
      System.setProperty("io.netty.native.workdir", folder);
    }
  }
}
