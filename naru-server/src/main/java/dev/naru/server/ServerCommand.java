package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the control plane is started in the background:
 *
 * <pre>
 * setsid sh -c "$(parent.sh)" naru-server LOG \
 *   JAVA -XX:AOTCache=… FLAGS… -Dnaru.dist=DIST -Dnaru.build=HASH -cp CLASSPATH \
 *   dev.naru.server.ServerMain
 * </pre>
 *
 * with stdin, stdout and stderr at /dev/null and {@code NARU_HOME} (and the ports, where they were
 * given) in the environment. {@code parent.sh} and {@code jvm.flags} (one flag a line) are
 * resources beside this class, so that a command can read them from the server's jar without
 * loading it.
 */
public final class ServerCommand {
  private ServerCommand() {}

  /** What the JVM is started with; an AOT cache is bound to them. */
  public static List<String> flags() {
    return resource("jvm.flags").lines().filter(l -> !l.isBlank()).toList();
  }

  /**
   * The tiny parent, a POSIX shell script: {@code $1} is the log, the rest is the command. It
   * starts the command again within 1 s unless it ended with 0 or 64–78, and only every 5 s after
   * five deaths within 10 s.
   */
  public static String parent() {
    return resource("parent.sh");
  }

  /**
   * The whole command line, without the session of its own.
   *
   * @param log of the server
   * @param java the program
   * @param classPath of the server
   * @param options more options of the JVM, such as the AOT cache
   */
  public static List<String> line(Path log, Path java, String classPath, List<String> options) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", parent(), "naru-server"));
    line.add(log.toString());
    line.add(java.toString());
    line.addAll(options);
    line.addAll(flags());
    line.addAll(List.of("-cp", classPath, ServerMain.class.getName()));
    return line;
  }

  private static String resource(String name) {
    try (InputStream in = ServerCommand.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot read " + name, e);
    }
  }
}
