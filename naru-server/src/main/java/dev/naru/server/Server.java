package dev.naru.server;

import dev.naru.core.store.Store;
import dev.naru.server.api.ApiServer;
import dev.naru.server.api.Control;
import dev.naru.server.api.ControlFactory;
import dev.naru.server.api.Ports;
import dev.naru.server.api.ServerInfo;
import dev.naru.server.gateway.HttpGateway;
import dev.naru.server.store.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane of one home: store, loop and API, opened in this order and closed in the
 * reverse one. What runs goes on without it.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final Home home;
  private final Store store;
  private final Control control;
  private final ApiServer api;
  private final CountDownLatch told;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Server(Home home, Store store, Control control, ApiServer api, CountDownLatch told) {
    this.home = home;
    this.store = store;
    this.control = control;
    this.api = api;
    this.told = told;
  }

  /**
   * Starts one.
   *
   * @param env the environment: {@code NARU_ENGINE}, {@code NARU_API_PORT}, {@code
   *     NARU_GATEWAY_PORT}
   * @throws dev.naru.core.NaruException where the home is in use, a port is taken, or the store
   *     cannot be opened; then nothing is left open
   */
  public static Server start(
      Home home, Map<String, String> env, ControlFactory factory, Clock clock) {
    Instant startedAt = clock.instant();
    String engine = EngineName.choose(home, env);
    Store store = SqliteStore.open(home.database(engine));
    try {
      String token = home.token();
      Ports ports =
          new PortChoice(home.folder().resolve("ports"), env, port -> isGateway(port, token))
              .choose();
      CountDownLatch told = new CountDownLatch(1);
      HttpGateway gateway = new HttpGateway(ports.gatewayAdmin(), token);
      Control control =
          factory.start(
              new ControlFactory.Parts(
                  engine, home.folder(), ports, store, gateway, clock, told::countDown));
      try {
        EngineName.remember(home, engine);
        ServerInfo info = info(home, engine, ports, startedAt);
        // Before the API answers: who asks it compares the pid that it tells with this one.
        HomeFiles.replace(home.serverPid(), (pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        ApiServer api =
            ApiServer.start(
                control,
                control.store().orElse(store),
                new ApiServer.Context(info, token, told::countDown, clock));
        LOG.atInfo().log(
            "started pid={} build={} engine={} api={} gateway={} home={}",
            pid(),
            info.build(),
            engine,
            ports.api(),
            ports.gateway(),
            home.folder());
        return new Server(home, store, control, api, told);
      } catch (RuntimeException e) {
        HomeFiles.removeIf(home.serverPid(), Long.toString(pid()));
        control.close();
        throw e;
      }
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static ServerInfo info(Home home, String engine, Ports ports, Instant startedAt) {
    BuildInfo build = BuildInfo.ofThisProcess();
    return new ServerInfo(
        build.version(),
        build.build(),
        engine,
        home.folder().toString(),
        ports.api(),
        ports.gateway(),
        pid(),
        startedAt);
  }

  private static boolean isGateway(int adminPort, String token) {
    return new HttpGateway(adminPort, token).stats(-1, Duration.ZERO).isPresent();
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** Waits until somebody tells it to end: the API, or a {@code down} of everything. */
  public void awaitEnd() throws InterruptedException {
    told.await();
  }

  /** Ends it: no more requests, no more decisions, then the store. May be called twice. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LOG.atInfo().log("ends pid={}; what runs goes on", pid());
      try (store;
          control) {
        api.close();
      } finally {
        HomeFiles.removeIf(home.serverPid(), Long.toString(pid()));
      }
    }
  }
}
