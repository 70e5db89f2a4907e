package dev.naru.server.operator;

import dev.naru.core.NaruException;
import dev.naru.core.state.State;
import dev.naru.engine.kubernetes.Cluster;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.engine.kubernetes.KubernetesSettings;
import dev.naru.engine.kubernetes.Lease;
import dev.naru.engine.kubernetes.OwnSecret;
import dev.naru.engine.kubernetes.Reach;
import dev.naru.engine.kubernetes.TrustObjects;
import dev.naru.engine.kubernetes.Webhook;
import dev.naru.image.trust.ModelSigner;
import dev.naru.server.StderrLog;
import dev.naru.server.api.Metrics;
import dev.naru.server.json.Json;
import dev.naru.server.json.RecordJson;
import dev.naru.server.loop.OperatorLoop;
import dev.naru.server.loop.SignedModels;
import dev.naru.server.programs.ClusterWords;
import dev.naru.server.trust.ImageTrust;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of the control plane of a cluster. It takes no arguments; it reads {@code
 * NARU_SYSTEM_IMAGE} (Naru's own image by digest), {@code NARU_SERVING} (what the pods that it
 * makes have beside, see {@link KubernetesSettings}), {@code NARU_WATCH_NAMESPACE} (the only
 * namespace to work in; empty for all), {@code NARU_TRUST} (see {@link ClusterTrust}), {@code
 * NARU_LOG_LEVEL}, {@code POD_NAME} and {@code POD_NAMESPACE}, and serves {@code /healthz}, {@code
 * /readyz} and {@code /metrics} on port 8080.
 *
 * <p>Several may run: the one that has the lease decides, the others wait for it. One that loses
 * the lease ends with 1, so that nothing is decided twice.
 */
public final class OperatorMain {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);
  private static final int PORT = 8080;
  private static final int CONFIG = 78;

  /**
   * Of the webhook, whose answers others wait for: with the JVM's first sizes it collects garbage
   * each 0.3 s, and all of it, for 70 ms, where 15 % of the memory for compiled code are taken.
   */
  private static final List<String> WEBHOOK =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms64m",
          "-Xmn24m",
          "-XX:ReservedCodeCacheSize=128m",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-XX:-UseCompactObjectHeaders",
          "-XX:MaxRAMPercentage=50",
          "-XX:+ExitOnOutOfMemoryError",
          WebhookMain.class.getName());

  private OperatorMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    try {
      StderrLog.install(env.getOrDefault("NARU_LOG_LEVEL", "info"));
      run(env);
    } catch (NaruException e) {
      LOG.atError().log(String.valueOf(e.getMessage()));
      System.exit(e.code() == NaruException.Code.ENGINE_UNREACHABLE ? 1 : CONFIG);
    } catch (IOException | RuntimeException e) {
      LOG.atError().setCause(e).log("cannot start");
      System.exit(1);
    }
  }

  private static Metrics.Work metrics(OperatorLoop loop, CrStore store, Optional<Webhook> webhook) {
    return new Metrics.Work(
        loop.figures(),
        loop.live(),
        live -> store.shown(live.stored().key()).map(s -> s.path("phase").asText("")).orElse(""),
        store.undecodable().size(),
        webhook.map(w -> w.trouble().isEmpty()));
  }

  /** In one namespace alone the policies of the cluster cannot be read: the given keys count. */
  private static ImageTrust trust(
      Map<String, String> env, Optional<TrustObjects> policies, CrStore store, Clock clock) {
    ClusterTrust given = ClusterTrust.parse(env.getOrDefault("NARU_TRUST", ""));
    return given.by(
        () -> given.rules(policies.map(TrustObjects::all).orElse(List.of())), store::audit, clock);
  }

  private static void run(Map<String, String> env) throws IOException {
    String image = env.getOrDefault("NARU_SYSTEM_IMAGE", "");
    if (!image.contains("@sha256:")) {
      throw new NaruException(
          NaruException.Code.INVALID,
          "cannot start: NARU_SYSTEM_IMAGE is '" + image + "', expected Naru's image by digest");
    }
    String own = env.getOrDefault("POD_NAMESPACE", "naru-system");
    String only = env.getOrDefault("NARU_WATCH_NAMESPACE", "");
    Reach reach = only.isEmpty() ? Reach.ALL : Reach.of(only);
    Cluster cluster = Cluster.of(env, Optional.empty());
    Clock clock = Clock.systemUTC();
    Health health =
        new Health(Integer.parseInt(env.getOrDefault("NARU_OPERATOR_PORT", "" + PORT)), clock);
    Lease lease = Lease.take(cluster, own, env.getOrDefault("POD_NAME", "naru-operator"));
    LOG.info("leads");
    CrStore store =
        CrStore.open(
            cluster,
            reach,
            own,
            true,
            state -> Json.text(RecordJson.write(state, State.class)),
            text -> RecordJson.read(Json.read(text, "a state"), State.class));
    ModelSigner signer = new ModelSigner(ModelKey.of(new OwnSecret(cluster, own, ModelKey.NAME)));
    KubernetesEngine engine =
        new KubernetesEngine(
            new KubernetesSettings(
                cluster,
                reach,
                image,
                env.getOrDefault("NARU_SERVING", ""),
                reach.namespace().isPresent() ? Optional.empty() : Optional.of(own),
                new ClusterWords(signer::accepted),
                clock),
            true);
    ClusterGateway gateway = new ClusterGateway(engine.gateways());
    Optional<TrustObjects> policies =
        reach.namespace().isPresent() ? Optional.empty() : Optional.of(new TrustObjects(cluster));
    ImageTrust trust = trust(env, policies, store, clock);
    AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
    TrustDesk desk = new TrustDesk(trust::admit, clock, () -> wake.get().run());
    engine.recall(new ListRules(trust, store::audit, clock));
    OperatorLoop loop =
        OperatorLoop.start(
            engine,
            store,
            gateway,
            new ClusterSurroundings(
                engine, store, desk::require, new SignedModels(engine, store, signer), clock),
            clock);
    wake.set(loop::wake);
    engine.watch(_ -> loop.wake());
    store.watch(_ -> loop.wake());
    policies.ifPresent(p -> p.watch(desk::rulesChanged));
    Optional<Webhook> webhook =
        reach.namespace().isPresent()
            ? Optional.empty()
            : Optional.of(Webhook.start(cluster, own, WEBHOOK, engine::protectedNamespaces, clock));
    health.loop(loop, () -> metrics(loop, store, webhook));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  loop.close();
                  lease.close();
                  webhook.ifPresent(Webhook::close);
                },
                "ends"));
  }
}
