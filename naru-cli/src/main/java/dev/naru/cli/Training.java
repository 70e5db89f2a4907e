package dev.naru.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.naru.cli.talk.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What the command line does while its AOT cache is made, at the end of a build: the usual commands
 * against a small server in the same process, so that what they load and link is ready at the next
 * start. Nothing is left behind.
 */
final class Training {
  private static final String TRAINED =
      """
      {"apiVersion":"naru.dev/v1alpha1","kind":"Training",
       "metadata":{"name":"fraud","namespace":"finance","generation":1},
       "spec":{"image":"finance","command":["train"],"workers":2},
       "status":{"phase":"Succeeded","observedGeneration":1,"run":"fraud-1","attempt":1,
        "conditions":[{"type":"Ready","status":"True","reason":"Succeeded","message":"done",
          "lastTransitionTime":"2026-11-01T00:00:00.000Z"}],
        "replicas":[{"index":0,"phase":"Running","ready":true,"node":"local","handle":"1","restarts":0}],
        "progress":{"step":100,"total":200,"metrics":{"auc":0.93}},
        "model":{"version":1,"promoted":true,"metrics":{"auc":0.93}}}}\
      """;
  private static final String SERVED =
      """
      {"apiVersion":"naru.dev/v1alpha1","kind":"Inference",
       "metadata":{"name":"fraud","namespace":"finance","generation":1},
       "spec":{"model":{"from":"fraud"},"replicas":{"min":1,"max":4}},
       "status":{"phase":"Ready","observedGeneration":1,"wanted":1,"ready":1,"revision":1,
        "url":"http://127.0.0.1:8801/finance/fraud","model":{"name":"fraud","version":1}}}\
      """;
  private static final String FILE =
      """
      apiVersion: naru.dev/v1alpha1
      kind: Image
      metadata: {name: finance}
      spec:
        runtime: {java: 25}
        source: finance.jar
      ---
      apiVersion: naru.dev/v1alpha1
      kind: Volume
      metadata: {name: data}
      spec: {size: 2Gi, access: ReadWriteMany}
      ---
      apiVersion: naru.dev/v1alpha1
      kind: Preparation
      metadata: {name: transactions}
      spec:
        image: finance
        command: [prepare, transactions]
        shards: 4
        resources: {cpu: 250m, memory: 512Mi}
        output: {volume: data, path: transactions}
      ---
      apiVersion: naru.dev/v1alpha1
      kind: Training
      metadata: {name: fraud}
      spec:
        image: finance
        command: [train, fraud]
        workers: 2
        resources: {cpu: 500m, memory: 1Gi}
        inputs: [{from: transactions}]
        checkpoints: {volume: data, path: checkpoints/fraud}
        recovery: {attempts: 5, within: 2s}
        model: {promoteWhen: "metrics.auc >= 0.93 && metrics.ap >= 0.5"}
      ---
      apiVersion: naru.dev/v1alpha1
      kind: Inference
      metadata: {name: fraud}
      spec:
        model: {from: fraud}
        replicas: {min: 1, max: 4}
        scaling: {concurrency: 16, p95: 50ms}
        resources: {cpu: 250m, memory: 256Mi}
      """;
  private static final String PREPARED =
      """
      {"apiVersion":"naru.dev/v1alpha1","kind":"Preparation",
       "metadata":{"name":"transactions","namespace":"finance","generation":1},
       "spec":{"image":"finance","shards":4},
       "status":{"phase":"Succeeded","observedGeneration":1,"run":"transactions-1","attempt":1}}\
      """;

  private static final String PASSWORD = "training";

  /** As a jar begins. */
  private static final byte[] JAR = new byte[] {'P', 'K', 3, 4};

  private Training() {}

  /**
   * Ends with 0 where every command did as it should; the launcher shows nothing of it.
   *
   * @param args {@code cluster} where a cluster is asked too, which makes a cache of twice the size
   *     that takes longer to open
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path home = Files.createTempDirectory("naru-training");
    int failed = 0;
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Training::answer);
    server.start();
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Path file = home.resolve("naru.yaml");
      Files.writeString(file, FILE);
      Files.write(home.resolve("finance.jar"), JAR);
      Files.writeString(home.resolve("token"), "token");
      Files.writeString(home.resolve("server.pid"), Long.toString(ProcessHandle.current().pid()));
      Files.writeString(home.resolve("naru.db"), "");
      Cli cli = cli(home, server.getAddress().getPort(), nowhere);
      String[][] commands = {
        {"get"},
        {"get", "-o", "json"},
        {"get", "training/fraud"},
        {"version"},
        {"up", "-p", "finance", home.toString()},
        {"score", "fraud", "--data", "{\"amount\": 1.5}"},
        {"why", "training/fraud"},
        {"get", "-p", "finance", "-o", "yaml"}
      };
      for (String[] command : commands) {
        failed += Main.run(cli, command) == 0 ? 0 : 1;
      }
      if (List.of(args).contains("cluster")) {
        askCluster(cli, home);
      }
    } finally {
      server.stop(0);
      for (String name :
          new String[] {
            "naru.yaml", "finance.jar", "token", "server.pid", "naru.db", "keys", "kubeconfig"
          }) {
        Files.deleteIfExists(home.resolve(name));
      }
      Files.delete(home);
    }
    System.exit(failed);
  }

  /** What each command about a cluster begins with. */
  private static void askCluster(Cli cli, Path home)
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyStore keys = keys(home.resolve("keys"));
    SSLContext tls = SSLContext.getInstance("TLS");
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    tls.init(own.getKeyManagers(), null, null);
    HttpsServer cluster =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cluster.setHttpsConfigurator(new HttpsConfigurator(tls));
    cluster.createContext("/", Training::answer);
    cluster.start();
    try {
      String certificate = pem("CERTIFICATE", keys.getCertificate("key").getEncoded());
      String key = pem("PRIVATE KEY", keys.getKey("key", PASSWORD.toCharArray()).getEncoded());
      Path file = home.resolve("kubeconfig");
      Files.writeString(file, kubeconfig(cluster.getAddress().getPort(), certificate, key));
      Cli about = cli.with("KUBECONFIG", file.toString()).with("NARU_ENGINE", "kubernetes");
      String namespace = Clusters.namespace(about).orElseThrow();
      Clusters.requireNamespace(about, namespace, false);
      if (!Clusters.registry(about, Optional.empty()).place().host().equals("127.0.0.1:1")) {
        throw new IllegalStateException("asked another cluster");
      }
    } finally {
      cluster.stop(0);
    }
  }

  private static String kubeconfig(int port, String certificate, String key) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: c, cluster: {server: "https://localhost:%d", certificate-authority-data: %s}}]
    users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
    contexts: [{name: c, context: {cluster: c, user: u, namespace: finance}}]
    current-context: c
    """
        .formatted(port, certificate, certificate, key);
  }

  /** A key with its certificate, for this moment. */
  private static KeyStore keys(Path file)
      throws IOException, InterruptedException, GeneralSecurityException {
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (made.waitFor() != 0) {
      throw new IllegalStateException("keytool makes no key");
    }
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  /** As a kubeconfig has it: base64 of the text. */
  private static String pem(String what, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Cli cli(Path home, int port, PrintStream nowhere) {
    Map<String, String> env = new HashMap<>();
    env.put("NARU_HOME", home.toString());
    env.put("NARU_API_PORT", Integer.toString(port));
    env.put("NARU_GATEWAY_PORT", Integer.toString(port));
    return new Cli(
        env,
        "",
        "",
        nowhere,
        nowhere,
        new ByteArrayInputStream(new byte[0]),
        home,
        Terminal.none(env),
        Clock.systemUTC());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    exchange.getRequestBody().readAllBytes();
    byte[] body = body(path).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String body(String path) {
    if (path.equals("/healthz")) {
      return "{\"status\":\"ok\",\"build\":\"\",\"pid\":" + ProcessHandle.current().pid() + "}";
    }
    if (path.equals("/version")) {
      return "{\"major\":\"1\",\"minor\":\"37\",\"gitVersion\":\"v1.37.0\"}";
    }
    if (path.startsWith("/api/v1/namespaces/finance")) {
      return "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"finance\"}}";
    }
    if (path.endsWith("/local-registry-hosting")) {
      return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"localRegistryHosting.v1\":"
          + "\"host: 127.0.0.1:1/x\\n\"}}";
    }
    if (path.endsWith("/plan")) {
      return "{\"project\":\"finance\",\"engine\":\"process\",\"changes\":[],\"nothingToDo\":true}";
    }
    if (path.startsWith("/api/v1/events")) {
      return "event: resource\ndata: "
          + PREPARED.replace("\n", "")
          + "\n\nevent: resource\ndata: "
          + TRAINED.replace("\n", "")
          + "\n\nevent: resource\ndata: "
          + SERVED.replace("\n", "")
          + "\n\nevent: synced\ndata: {}\n\n";
    }
    if (path.endsWith("/infer")) {
      return "{\"model_name\":\"fraud\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"score\",\"data\":[0.5]}]}";
    }
    if (path.endsWith("/why")) {
      return "{\"summary\":\"it has succeeded\",\"causes\":[{\"at\":\"now\",\"text\":\"run fraud-1"
          + " ended\"}]}";
    }
    if (path.startsWith("/api/v1/version")) {
      return "{\"version\":\"0.1.0\",\"build\":\"\",\"engine\":\"process\"}";
    }
    String items = path.contains("name=") ? TRAINED : TRAINED + "," + SERVED;
    return "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + items + "]}";
  }
}
