package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a home's projects run on: one engine at a time, since one gateway has the port. By {@code
 * NARU_ENGINE}, else the one that it was last, else {@code process}.
 */
final class EngineName {
  static final String PROCESS = "process";

  private static final List<String> KNOWN = List.of(PROCESS, "docker", "kubernetes");

  private EngineName() {}

  static String choose(Home home, Map<String, String> env) {
    String given = env.getOrDefault("NARU_ENGINE", "").strip();
    String name = given.isEmpty() ? remembered(home.engineName()) : given;
    if (!KNOWN.contains(name)) {
      throw new NaruException(
          Code.INVALID,
          "cannot use the engine '" + name + "': expected one of " + String.join(", ", KNOWN));
    }
    return name;
  }

  private static String remembered(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : PROCESS;
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot read " + file + ": " + e, e);
    }
  }

  static void remember(Home home, String name) {
    try {
      Files.createDirectories(home.folder().resolve("engine"));
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot write into " + home.folder() + ": " + e, e);
    }
    HomeFiles.replace(
        home.engineName(), (name + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
