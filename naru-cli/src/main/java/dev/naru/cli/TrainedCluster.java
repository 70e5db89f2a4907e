package dev.naru.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The API server of an empty cluster, over TLS in this process, as far as what begins on a cluster
 * asks it: only while AOT caches are made, so that they have in them what that loads.
 */
final class TrainedCluster implements AutoCloseable {
  private static final String PASSWORD = "training";

  private final HttpsServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofVirtual().factory());
  private final Path folder;

  private TrainedCluster(HttpsServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /**
   * Serves until it is closed.
   *
   * @param folder for its keys and its kubeconfig; removed by the caller
   */
  static TrainedCluster start(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyStore keys = keys(folder.resolve("keys"));
    SSLContext tls = SSLContext.getInstance("TLS");
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    tls.init(own.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    TrainedCluster cluster = new TrainedCluster(server, folder);
    server.setExecutor(cluster.threads); // a watch holds one
    server.createContext("/", TrainedCluster::answer);
    server.start();
    String certificate = pem("CERTIFICATE", keys.getCertificate("key").getEncoded());
    String key = pem("PRIVATE KEY", key(keys));
    Files.writeString(
        cluster.kubeconfig(), kubeconfig(server.getAddress().getPort(), certificate, key));
    return cluster;
  }

  /** The file by which it is found. */
  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String query = exchange.getRequestURI().getQuery();
    if (exchange.getRequestHeaders().containsKey("Upgrade")) { // then it watches without
      exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAVAILABLE, -1);
      exchange.close();
      return;
    }
    if (query != null && query.contains("watch=true")) {
      exchange.sendResponseHeaders(200, 0); // what is watched never changes
      exchange.getResponseBody().flush();
      return;
    }
    String body = body(exchange.getRequestURI().getPath());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(body.contains("\"Failure\"") ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String body(String path) {
    if (path.equals("/version")) {
      return "{\"major\":\"1\",\"minor\":\"37\",\"gitVersion\":\"v1.37.0\"}";
    }
    if (path.endsWith("/selfsubjectaccessreviews")) {
      return "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"spec\":{},\"status\":{\"allowed\":true}}";
    }
    if (path.equals("/apis/naru.dev/v1alpha1")) {
      return Stream.of(Kind.values())
          .map(kind ->
              "{\"name\":\"%ss\",\"kind\":\"%s\",\"namespaced\":true,\"verbs\":[\"list\",\"watch\"]}"
                  .formatted(kind.lower(), kind.word()))
          .collect(
              Collectors.joining(
                  ",",
                  "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"naru.dev/v1alpha1\",\"resources\":[",
                  "]}"));
    }
    if (path.equals("/api/v1/namespaces/finance")) {
      return "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"finance\"}}";
    }
    if (path.endsWith("/local-registry-hosting")) {
      return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"local-registry-hosting\"},\"data\":{\"localRegistryHosting.v1\":\"host:"
                 + " 127.0.0.1:1/x\\n\"}}";
    }
    return isList(path)
        ? "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}"
        : "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";
  }

  /**
   * {@code /api/VERSION} or {@code /apis/GROUP/VERSION}, then all of a kind, or those of a
   * namespace.
   */
  private static boolean isList(String path) {
    List<String> words = List.of(path.substring(1).split("/", -1));
    int left = words.size() - (words.getFirst().equals("api") ? 2 : 3);
    return words.getFirst().startsWith("api")
        && (left == 1 || (left == 3 && words.get(words.size() - 3).equals("namespaces")));
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

  private static byte[] key(KeyStore keys) throws GeneralSecurityException {
    return keys.getKey("key", PASSWORD.toCharArray()).getEncoded();
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
}
