package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.server.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;

/**
 * Lets through who has the token. The Host header must name this machine's loopback, so that a page
 * of some web site whose name resolves to 127.0.0.1 gets nothing (DNS rebinding); pages of other
 * origins cannot read answers, for no CORS header is ever sent.
 */
final class Guard implements Filter {
  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final String HEALTH = "/healthz";
  private static final String SHUTDOWN = "/api/v1/shutdown";
  private static final String BEARER = "Bearer ";

  private final byte[] token;
  private final Control control;

  Guard(String token, Control control) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.control = control;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    response.header("X-Content-Type-Options", "nosniff");
    response.header("X-Frame-Options", "DENY");
    response.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.header("Referrer-Policy", "no-referrer");
    response.header("Cache-Control", "no-store");
    String path = request.path().path();
    if (!isLoopback(request.authority())) {
      refuse(
          response,
          403,
          Problems.body(
              "REFUSED",
              "the Host header must be 127.0.0.1, localhost or [::1], with the port or without"));
    } else if (path.equals(HEALTH)) {
      chain.proceed();
    } else if (!hasToken(request)) {
      response.header("WWW-Authenticate", "Bearer realm=\"naru\"");
      refuse(
          response,
          401,
          Problems.body(
              "UNAUTHORIZED",
              "the header Authorization: Bearer <token> is missing or wrong; the token is in"
                  + " $NARU_HOME/token"));
    } else if (!control.observed() && !path.equals(SHUTDOWN)) {
      refuse(
          response,
          503,
          Problems.body(
              "STARTING",
              control.trouble().isEmpty()
                  ? "the control plane is starting; ask again in a moment"
                  : "the control plane is starting: " + control.trouble()));
    } else {
      chain.proceed();
    }
  }

  private static void refuse(RoutingResponse response, int status, JsonNode body) {
    response.status(status);
    response.header("Content-Type", "application/json");
    // What the client still sends of a body is not read.
    response.header(HeaderValues.CONNECTION_CLOSE);
    response.send(Json.text(body).getBytes(StandardCharsets.UTF_8));
  }

  static boolean isLoopback(String authority) {
    String host = authority.toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    if (colon > host.lastIndexOf(']')) {
      if (!host.substring(colon + 1).matches("[0-9]{1,5}")) {
        return false;
      }
      host = host.substring(0, colon);
    }
    return HOSTS.contains(host);
  }

  private boolean hasToken(RoutingRequest request) {
    String header =
        request.headers().contains(HeaderNames.AUTHORIZATION)
            ? request.headers().get(HeaderNames.AUTHORIZATION).get()
            : "";
    byte[] given =
        header.startsWith(BEARER)
            ? header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    return MessageDigest.isEqual(given, token);
  }
}
