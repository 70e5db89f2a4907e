package dev.naru.cli.api;

import dev.naru.cli.talk.CommandException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Starts the server of the launcher's build: by the small parent and with the flags that its jar
 * has, in a session of its own, stdio detached.
 *
 * @param dist the build: {@code server.cp}, {@code aot/server.aot}
 * @param build the hash of its sources
 */
public record BuiltServer(Path dist, String build, Home home) implements ServerStart {
  private static final String RESOURCES = "dev/naru/server/";

  /** A new session by what the system has: util-linux; Perl (macOS); else only without hang-ups. */
  private static final String SESSION =
      "if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\"; fi;"
          + " if command -v perl >/dev/null 2>&1; then"
          + " exec perl -MPOSIX -e 'setsid(); exec(@ARGV) or die' -- \"$@\"; fi;"
          + " exec nohup \"$@\"";

  @Override
  public Parent start(String engine) throws IOException {
    Path logs = home.folder().resolve("logs");
    Files.createDirectories(logs);
    ProcessBuilder process =
        new ProcessBuilder(command(logs.resolve("server.log"))).directory(new File("/"));
    process.environment().put("NARU_HOME", home.folder().toString());
    process.environment().put("NARU_ENGINE", engine);
    home.wantedKubeconfig().ifPresent(file -> process.environment().put("KUBECONFIG", file));
    home.namespace().ifPresent(name -> process.environment().put(Home.NAMESPACE, name));
    Process started =
        process
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return () -> started.isAlive() ? OptionalInt.empty() : OptionalInt.of(started.exitValue());
  }

  private List<String> command(Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", SESSION, "naru-session"));
    command.addAll(List.of("sh", "-c", text("parent.sh"), "naru-server", log.toString()));
    command.addAll(program(cache()));
    return command;
  }

  /**
   * The server alone, without parent and session.
   *
   * @param options more options of its JVM
   */
  public List<String> program(List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(text("jvm.flags").lines().filter(l -> !l.isBlank()).toList());
    command.addAll(List.of("-Dnaru.dist=" + dist, "-Dnaru.build=" + build));
    command.addAll(List.of("-cp", classPath(), "dev.naru.server.ServerMain"));
    return command;
  }

  private String classPath() throws IOException {
    Path file = dist.resolve("server.cp");
    if (!Files.exists(file)) {
      throw CommandException.failed(
          "cannot start the control plane: "
              + file
              + " is missing; start Naru by its launcher ./naru, which builds it");
    }
    return Files.readString(file).strip();
  }

  /** The launcher makes it in the background; it is for the JDK that made it. */
  private List<String> cache() throws IOException {
    Path cache = dist.resolve("aot").resolve("server.aot");
    Path jdk = dist.resolve("aot").resolve("server.jdk");
    boolean fits =
        Files.exists(cache)
            && Files.exists(jdk)
            && Files.readString(jdk).strip().equals(System.getProperty("java.home"));
    return fits ? List.of("-XX:AOTCache=" + cache) : List.of();
  }

  /** The server's own jar is the first of its class path. */
  private String text(String name) throws IOException {
    String classPath = classPath();
    String first = classPath.substring(0, classPath.indexOf(File.pathSeparatorChar));
    try (ZipFile jar = new ZipFile(first)) {
      ZipEntry entry = jar.getEntry(RESOURCES + name);
      if (entry == null) {
        throw new IOException(first + " has no " + RESOURCES + name);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }
}
