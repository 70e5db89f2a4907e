package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.BuiltServer;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.api.Home;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Terminal;
import dev.naru.cli.talk.Yaml;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * What surrounds one command.
 *
 * @param env the environment
 * @param dist the launcher's build folder; empty where the launcher was not used
 * @param build the hash of the sources; empty where it is not known
 * @param out data
 * @param err talk
 * @param in answers, or a file given as {@code -}
 * @param cwd what relative paths begin from
 */
record Cli(
    Map<String, String> env,
    String dist,
    String build,
    PrintStream out,
    PrintStream err,
    InputStream in,
    Path cwd,
    Terminal terminal,
    Clock clock) {
  /** Of this process. */
  static Cli ofProcess() {
    Map<String, String> env = System.getenv();
    return new Cli(
        env,
        System.getProperty("naru.dist", ""),
        System.getProperty("naru.build", ""),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        System.in,
        Path.of("").toAbsolutePath(),
        Terminal.of(System.getProperty("naru.tty", ""), env),
        Clock.systemUTC());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The same with another variable in the environment. */
  Cli with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(env);
    changed.put(variable, value);
    return new Cli(changed, dist, build, out, err, in, cwd, terminal, clock);
  }

  Home home() {
    return Home.of(env, cwd);
  }

  ControlPlane controlPlane() {
    Home home = home();
    return new ControlPlane(home, build, new BuiltServer(Path.of(dist), build, home), this::talk);
  }

  /** One line of talk. */
  void talk(String line) {
    err.println("naru: " + SafeText.line(line));
  }

  /** Data as JSON or YAML. */
  void print(JsonNode data, Output output) {
    out.print(output == Output.YAML ? Yaml.write(data) : Json.pretty(data) + "\n");
    out.flush();
  }

  boolean debug() {
    return env.getOrDefault("NARU_DEBUG", "").equals("1");
  }
}
