package dev.naru.server.gateway;

import dev.naru.core.NaruException;
import dev.naru.core.route.Gateway;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.RouteTable;
import dev.naru.server.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway over its admin port: {@code PUT /routes} and {@code GET /stats}, guarded by the
 * home's token. Safe for any thread; a long poll holds up nobody but its caller. It keeps nothing
 * but idle connections, so it needs no closing.
 *
 * <p>It is built on {@code HttpURLConnection} because {@code java.net.http} brings a selector
 * thread and a pool, which is much for two blocking calls on loopback.
 */
public final class HttpGateway implements Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(HttpGateway.class);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 16 << 20;

  private final URI base;
  private final String token;

  /** Whether the last call was answered; false at first, when there may be none yet. */
  private final AtomicBoolean reached = new AtomicBoolean();

  /**
   * For one gateway.
   *
   * @param adminPort on 127.0.0.1
   * @param token of the home
   */
  public HttpGateway(int adminPort, String token) {
    this("127.0.0.1", adminPort, token);
  }

  /** For one gateway at that address, which is an IP. */
  public HttpGateway(String ip, int adminPort, String token) {
    this.base = URI.create("http://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + adminPort);
    this.token = token;
  }

  @Override
  public boolean push(RouteTable table) {
    byte[] body = Json.text(RouteJson.write(table)).getBytes(StandardCharsets.UTF_8);
    return call("PUT", "/routes", Optional.of(body), ANSWER).isPresent();
  }

  @Override
  public Optional<GatewayStats> stats(long since, Duration wait) {
    String path = "/stats?wait=" + wait.toMillis() + "&since=" + since;
    return call("GET", path, Optional.empty(), wait.plus(ANSWER)).flatMap(this::parse);
  }

  private Optional<GatewayStats> parse(String body) {
    try {
      return Optional.of(StatsJson.read(Json.read(body, "the gateway's counters")));
    } catch (NaruException | IllegalArgumentException e) {
      unreached(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<String> call(
      String method, String path, Optional<byte[]> body, Duration longest) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) base.resolve(path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout((int) CONNECT.toMillis());
      connection.setReadTimeout((int) longest.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("Authorization", "Bearer " + token);
      if (body.isPresent()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setFixedLengthStreamingMode(body.get().length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body.get());
        }
      }
      return answer(connection, method + " " + path);
    } catch (IOException e) {
      unreached(e.toString());
      return Optional.empty();
    }
  }

  private Optional<String> answer(HttpURLConnection connection, String what) throws IOException {
    int status = connection.getResponseCode();
    boolean good = status >= 200 && status < 300;
    String text;
    try (InputStream in = good ? connection.getInputStream() : connection.getErrorStream()) {
      text =
          in == null ? "" : new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
    }
    if (!good) {
      unreached(what + " was answered by " + status + ": " + text.lines().findFirst().orElse(""));
      return Optional.empty();
    }
    if (reached.compareAndSet(false, true)) {
      LOG.atInfo().addKeyValue("port", base.getPort()).log("gateway reached");
    }
    return Optional.of(text);
  }

  /** Says so once, not at every try: the loop goes on asking. */
  private void unreached(String why) {
    if (reached.compareAndSet(true, false)) {
      LOG.atInfo().addKeyValue("port", base.getPort()).addKeyValue("why", why).log("gateway away");
    }
  }
}
