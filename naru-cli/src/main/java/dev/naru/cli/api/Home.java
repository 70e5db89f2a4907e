package dev.naru.cli.api;

import dev.naru.cli.talk.CommandException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of one home and the ports it uses.
 *
 * @param folder absolute: {@code NARU_HOME}, by default {@code ~/.naru}
 * @param env the environment: NARU_ENGINE, DOCKER_HOST, NARU_API_PORT, NARU_GATEWAY_PORT
 */
public record Home(Path folder, Map<String, String> env) {
  private static final String KUBECONFIG = "KUBECONFIG";

  /** Set by commands for the control plane that they start: the project that they are about. */
  public static final String NAMESPACE = "NARU_NAMESPACE";

  private static final Pattern CURRENT_CONTEXT =
      Pattern.compile("(?m)^current-context:\\s*[\"']?([^\\s\"']+)");

  /** Copies the map. */
  public Home {
    env = Map.copyOf(env);
  }

  /** From the environment; a relative {@code NARU_HOME} begins at the working directory. */
  public static Home of(Map<String, String> env, Path cwd) {
    String given = env.getOrDefault("NARU_HOME", "");
    Path folder =
        given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".naru")
            : cwd.resolve(given).normalize();
    Map<String, String> absolute = new HashMap<>(env);
    absolute.computeIfPresent(KUBECONFIG, (_, file) -> absolute(file.strip(), cwd));
    return new Home(folder, absolute);
  }

  /** The control plane works in another folder. A list of files is refused later, as it is. */
  private static String absolute(String file, Path cwd) {
    return file.isEmpty() || file.contains(File.pathSeparator)
        ? file
        : cwd.resolve(file).normalize().toString();
  }

  /** Whether a control plane has ever kept anything here. */
  public boolean used() {
    return Files.exists(folder.resolve("naru.db")) || Files.exists(folder.resolve("engine/name"));
  }

  /** The engine that the command names, by option or {@code NARU_ENGINE}; empty for none. */
  public Optional<String> wantedEngine() {
    return given("NARU_ENGINE");
  }

  /** The Docker Engine that the command names; empty for none. */
  public Optional<String> wantedDockerHost() {
    return given("DOCKER_HOST");
  }

  /** The kubeconfig that is meant: the command's, else the one that the home used last. */
  public Optional<String> kubeconfig() {
    return wantedKubeconfig()
        .or(() -> Optional.of(text("engine/kubeconfig")))
        .filter(f -> !f.isEmpty());
  }

  /**
   * The cluster that is meant, as a control plane tells its own: {@code FILE#CONTEXT}; empty where
   * nobody has said which.
   *
   * @throws CommandException exit 2 where the kubeconfig cannot be read
   */
  Optional<String> cluster() {
    Optional<String> file = kubeconfig();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Matcher current = CURRENT_CONTEXT.matcher(Files.readString(Path.of(file.get())));
      String context =
          given("NARU_CONTEXT").orElseGet(() -> current.find() ? current.group(1) : "");
      return Optional.of(file.get() + "#" + context);
    } catch (IOException e) {
      throw CommandException.usage(
          "cannot read the kubeconfig " + file.get() + "; correct KUBECONFIG");
    }
  }

  /** The namespace of a cluster that the command is about; empty for none. */
  Optional<String> namespace() {
    return given(NAMESPACE);
  }

  /** The kubeconfig that the command names; empty for none. */
  public Optional<String> wantedKubeconfig() {
    return given(KUBECONFIG);
  }

  private Optional<String> given(String variable) {
    return Optional.of(env.getOrDefault(variable, "").strip()).filter(v -> !v.isEmpty());
  }

  /** What the home's projects ran on last; {@code process} in a new home. */
  public String lastEngine() {
    String name = text("engine/name");
    return name.isEmpty() ? "process" : name;
  }

  /** The token of the API; empty where there is none yet. */
  public String token() {
    return text("token");
  }

  /** The process of the control plane as last written; it may have ended. */
  public OptionalLong serverPid() {
    try {
      return OptionalLong.of(Long.parseLong(text("server.pid")));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Where the API listens: NARU_API_PORT, else what the home remembers, else 8800. */
  public int apiPort() {
    return port("NARU_API_PORT", "api", 8800);
  }

  /** Where the gateway listens: NARU_GATEWAY_PORT, else what the home remembers, else 8801. */
  public int gatewayPort() {
    return port("NARU_GATEWAY_PORT", "gateway", 8801);
  }

  private int port(String variable, String remembered, int usual) {
    String given = env.getOrDefault(variable, "");
    if (!given.isEmpty()) {
      if (!given.matches("[0-9]{1,5}")
          || Integer.parseInt(given) < 1
          || Integer.parseInt(given) > 65535) {
        throw CommandException.usage(
            "cannot use "
                + variable
                + "="
                + given
                + ": expected a port from 1 to 65535; correct or unset it");
      }
      return Integer.parseInt(given);
    }
    for (String line : text("ports").lines().toList()) {
      if (line.matches(remembered + "=[0-9]{1,5}")) {
        return Integer.parseInt(line.substring(line.indexOf('=') + 1));
      }
    }
    return usual;
  }

  private String text(String file) {
    try {
      return Files.readString(folder.resolve(file)).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw CommandException.failed(
          "cannot read "
              + folder.resolve(file)
              + ": "
              + e.getMessage()
              + "; is it your home? see `naru doctor`");
    }
  }
}
