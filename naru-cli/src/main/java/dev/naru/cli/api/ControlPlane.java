package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The control plane of one home: found, started where it is not running, replaced where it is of
 * another build.
 */
public final class ControlPlane {
  /** Status of what listens and does not answer. */
  public static final String SILENT = "silent";

  private static final int HEALTH_MILLIS = 5_000;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration SETTLES = Duration.ofSeconds(2);
  private static final Duration COME_BACK = Duration.ofSeconds(3);
  private static final Duration TELL_AFTER = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 25;
  private static final int EX_USAGE = 64;
  private static final int EX_NOPERM = 77;

  private final Home home;
  private final EngineSwitch engines;
  private final String build;
  private final ServerStart start;
  private final Consumer<String> talk;

  /**
   * @param build the hash of this command's sources; empty where it is not known, then a server of
   *     any build is used
   * @param talk told what takes long, one line at a time
   */
  public ControlPlane(Home home, String build, ServerStart start, Consumer<String> talk) {
    this.home = home;
    this.engines = new EngineSwitch(home, talk);
    this.build = build;
    this.start = start;
    this.talk = talk;
  }

  /** The home it serves. */
  public Home home() {
    return home;
  }

  /**
   * What {@code /healthz} says; status {@code silent} where something listens and does not answer
   * within 5 s, for it ends, is very busy or stands still; empty where nothing listens.
   */
  public Optional<JsonNode> health() {
    try {
      return Optional.of(new Api(base(), "").get("/healthz", HEALTH_MILLIS));
    } catch (ApiException e) {
      return e.status() == 503
          ? Optional.of(Json.object().put("status", "starting"))
          : Optional.of(Json.object().put("status", "foreign"));
    } catch (SocketTimeoutException something) {
      return Optional.of(Json.object().put("status", SILENT));
    } catch (IOException nothingListens) {
      return Optional.empty();
    }
  }

  /** The API where a control plane runs, of whatever build; starts none. */
  public Optional<Api> running() {
    return health().filter(this::isOurs).map(_ -> api());
  }

  /** The API of a control plane of this build, started where none runs. */
  public Api connect() {
    Optional<JsonNode> health = health();
    if (health.isPresent()
        && isOurs(health.get())
        && sameBuild(health.get())
        && engines.fits(health.get())) {
      return api();
    }
    try {
      return connectSlowly();
    } catch (IOException e) {
      throw new CommandException(
          CommandException.UNREACHABLE,
          "cannot start the control plane: " + e.getMessage() + "; see `naru doctor`",
          e);
    }
  }

  private Api connectSlowly() throws IOException {
    makeHome();
    long began = System.nanoTime();
    try (FileChannel channel =
            FileChannel.open(
                home.folder().resolve("start.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      Optional<JsonNode> health = settled();
      if (health.isPresent() && isForeign(health.get())) {
        throw CommandException.unreachable(
            "cannot start the control plane of "
                + home.folder()
                + ": port "
                + home.apiPort()
                + " is used by something else; set NARU_API_PORT to a free one");
      }
      if (health.isPresent() && isOurs(health.get()) && !sameBuild(health.get())) {
        replace(health.get());
        health = Optional.empty();
      }
      if (health.isEmpty() && !comesBack()) {
        if (!engines.leaves()) {
          return awaitHealthy(began, Optional.of(start.start(engines.wanted())));
        }
        awaitHealthy(began, Optional.of(start.start(home.lastEngine())));
      } else {
        awaitHealthy(began, Optional.empty());
      }
      JsonNode running = health().orElseGet(Json::object);
      if (engines.fits(running)) {
        return api();
      }
      engines.leave(api(), running);
      awaitEnd(running.path("pid").asLong());
      return awaitHealthy(System.nanoTime(), Optional.of(start.start(engines.wanted())));
    }
  }

  /** A server that has just started writes its pid last. */
  private Optional<JsonNode> settled() {
    long began = System.nanoTime();
    Optional<JsonNode> health = health();
    while (health.isPresent() && isForeign(health.get()) && since(began).compareTo(SETTLES) < 0) {
      pause();
      health = health();
    }
    return health;
  }

  /** A server that was killed is started again by its parent: a second one must not be. */
  private boolean comesBack() {
    if (home.serverPid().isEmpty()) {
      return false;
    }
    long began = System.nanoTime();
    while (since(began).compareTo(COME_BACK) < 0) {
      if (health().isPresent()) {
        return true;
      }
      pause();
    }
    return false;
  }

  private void makeHome() throws IOException {
    if (!Files.isDirectory(home.folder())) {
      Path parent = home.folder().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(
          home.folder(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private void replace(JsonNode health) throws IOException {
    talk.accept(
        "replacing the control plane of build "
            + health.path("build").asText("unknown")
            + "; what runs goes on");
    api().post("/api/v1/shutdown", Json.object().put("reason", "replaced by build " + build));
    awaitEnd(health.path("pid").asLong());
  }

  private void awaitEnd(long pid) {
    long began = System.nanoTime();
    while (health().isPresent() || (pid > 0 && ProcessHandle.of(pid).isPresent())) {
      if (since(began).compareTo(STOP_LIMIT) > 0) {
        throw CommandException.unreachable(
            "cannot replace the control plane: process "
                + pid
                + " has not ended within "
                + STOP_LIMIT.toSeconds()
                + " s; end it, what runs goes on");
      }
      pause();
    }
  }

  private Api awaitHealthy(long began, Optional<ServerStart.Parent> parent) {
    boolean told = false;
    while (true) {
      OptionalInt ended = parent.map(ServerStart.Parent::ended).orElse(OptionalInt.empty());
      Optional<JsonNode> health = health();
      if (health.isPresent() && isOurs(health.get())) {
        return api();
      }
      Duration waited = since(began);
      if (ended.isPresent() && health.isEmpty()) {
        String why = ServerLog.of(home).lastWords();
        throw new CommandException(
            exitCode(ended.getAsInt()),
            why.startsWith("cannot ") ? why : "cannot start the control plane: " + why);
      }
      String trouble = health.map(h -> h.path("trouble").asText()).orElse("");
      if (!trouble.isEmpty() && waited.compareTo(TELL_AFTER) > 0) {
        throw CommandException.unreachable(trouble + "; the control plane goes on trying");
      }
      if (!told && waited.compareTo(TELL_AFTER) > 0) {
        talk.accept("waiting for the control plane (log: " + ServerLog.of(home).file() + ")");
        told = true;
      }
      if (waited.compareTo(START_LIMIT) > 0) {
        throw CommandException.unreachable(
            "cannot reach the control plane: no answer on port "
                + home.apiPort()
                + " within "
                + START_LIMIT.toSeconds()
                + " s; "
                + (home.serverPid().isEmpty()
                    ? "if another program listens there, set NARU_API_PORT to a free port"
                    : "its log ends: " + ServerLog.of(home).lastWords()));
      }
      pause();
    }
  }

  /** Whose turn it is where the control plane cannot start: it ends with codes of sysexits. */
  private static int exitCode(int ended) {
    return switch (ended) {
      case EX_USAGE -> CommandException.USAGE;
      case EX_NOPERM -> CommandException.REFUSED;
      default -> CommandException.UNREACHABLE;
    };
  }

  /** Another home's server has another process than ours has written down. */
  private boolean isOurs(JsonNode health) {
    return status(health).equals("ok")
        && home.serverPid().isPresent()
        && home.serverPid().getAsLong() == health.path("pid").asLong();
  }

  private boolean isForeign(JsonNode health) {
    return !status(health).equals("starting") && !status(health).equals(SILENT) && !isOurs(health);
  }

  private boolean sameBuild(JsonNode health) {
    return build.isEmpty() || health.path("build").asText().equals(build);
  }

  private static String status(JsonNode health) {
    return health.path("status").asText();
  }

  private Api api() {
    return new Api(base(), home.token());
  }

  private String base() {
    return "http://127.0.0.1:" + home.apiPort();
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("cannot wait for the control plane: interrupted");
    }
  }
}
