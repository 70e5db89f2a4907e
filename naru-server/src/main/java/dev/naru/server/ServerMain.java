package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.server.loop.LocalControl;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of the control plane. It takes no arguments; it reads {@code NARU_HOME}, {@code
 * NARU_ENGINE}, {@code DOCKER_HOST}, {@code NARU_API_PORT} and {@code NARU_GATEWAY_PORT}, and the
 * properties {@code naru.dist} and {@code naru.build} that the launcher sets.
 *
 * <p>It ends with {@link #TOLD} when it was told to (by the API, a {@code down} of everything, or
 * SIGTERM), with 64, 77 or {@link #NOT_POSSIBLE} where starting it again would not help (it was
 * started wrong, it is refused, or something else is in the way), else with 1; its parent ({@link
 * ServerCommand}) starts it again only after the last.
 */
public final class ServerMain {
  /** Exit code: it was told to end. */
  public static final int TOLD = 0;

  /** Exit code, from sysexits (EX_CONFIG): a port is taken, the home is in use, and so on. */
  public static final int NOT_POSSIBLE = 78;

  private static final int EX_USAGE = 64;
  private static final int EX_NOPERM = 77;

  private static final Logger LOG = LoggerFactory.getLogger(ServerMain.class);

  private ServerMain() {}

  /** Runs until it is told to end. */
  public static void main(String[] args) throws InterruptedException {
    Map<String, String> env = System.getenv();
    try {
      Home home = Home.open(folder(env));
      LogFile.install(home.log());
      run(home, env);
      System.exit(TOLD);
    } catch (NaruException e) {
      LOG.atError().log(String.valueOf(e.getMessage()));
      System.exit(exitCode(e.code()));
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("cannot start the control plane");
      System.exit(1);
    }
  }

  /** The command that started it ends with the exit code that follows from this one. */
  private static int exitCode(Code code) {
    return switch (code) {
      case INTERNAL -> 1;
      case INVALID, NOT_FOUND -> EX_USAGE;
      case REFUSED, UNTRUSTED -> EX_NOPERM;
      case CONFLICT, FAILED, ENGINE_UNREACHABLE, REGISTRY_UNREACHABLE -> NOT_POSSIBLE;
    };
  }

  private static void run(Home home, Map<String, String> env) throws InterruptedException {
    Optional<Path> dist =
        Optional.ofNullable(System.getProperty("naru.dist"))
            .filter(d -> !d.isEmpty())
            .map(Path::of);
    LocalControl factory = new LocalControl(Path.of(System.getProperty("java.home")), dist, env);
    try (Server server = Server.start(home, env, factory, Clock.systemUTC())) {
      Thread hook = new Thread(() -> terminated(server), "ends");
      Runtime.getRuntime().addShutdownHook(hook);
      server.awaitEnd();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** By SIGTERM: that is being told to, so the parent must not see the signal's exit code. */
  private static void terminated(Server server) {
    server.close();
    Runtime.getRuntime().halt(TOLD);
  }

  private static Path folder(Map<String, String> env) {
    String given = env.getOrDefault("NARU_HOME", "");
    return given.isEmpty() ? Path.of(System.getProperty("user.home"), ".naru") : Path.of(given);
  }
}
