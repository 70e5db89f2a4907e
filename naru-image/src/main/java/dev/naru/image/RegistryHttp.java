package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Requests to one registry. Plain HTTP is spoken to loopback and to hosts that were named for it,
 * TLS to all others. Credentials go to this host alone, by its own scheme: no redirect is followed
 * with them, and a token is fetched only where {@link Tokens} says.
 */
final class RegistryHttp {
  /** Limit of one request for manifests and lists, until its answer begins. */
  static final Duration SMALL = Duration.ofSeconds(30);

  /** Limit of one request for a layer, until its answer begins. */
  static final Duration LARGE = Duration.ofMinutes(30);

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final String host;
  private final URI root;
  private volatile Optional<String> authorization = Optional.empty();

  RegistryHttp(String host, Set<String> plainHttp) {
    this.host = host;
    String scheme = plainHttp.contains(host) || isLoopback(host) ? "http" : "https";
    this.root = URI.create(scheme + "://" + host + "/v2/");
  }

  static boolean isLoopback(String host) {
    String name = host.replaceFirst(":[0-9]+$", "");
    try {
      return name.equals("localhost")
          || (name.matches("[0-9.]+") && InetAddress.getByName(name).isLoopbackAddress());
    } catch (UnknownHostException _) {
      return false;
    }
  }

  static HttpClient client() {
    return CLIENT;
  }

  String host() {
    return host;
  }

  /** A request for a path below {@code /v2/}. */
  HttpRequest.Builder request(String path, Duration limit) {
    return HttpRequest.newBuilder(root.resolve(path)).timeout(limit);
  }

  /**
   * Where an answer of the registry points to, on the registry itself.
   *
   * @param what was asked of it, for the message
   */
  URI own(String location, String what) {
    URI to = resolved(location);
    if (!host.equals(to.getAuthority()) || !root.getScheme().equals(to.getScheme())) {
      throw Trouble.failed(
          "cannot "
              + what
              + ": registry "
              + host
              + " sends it to another host, or to itself without TLS");
    }
    return to;
  }

  private URI resolved(String location) {
    try {
      return root.resolve(location);
    } catch (IllegalArgumentException _) {
      throw Trouble.failed("cannot follow registry " + host + ": it sends to no address");
    }
  }

  /** Sends; on 401 gets an authorization as asked and sends once more. */
  HttpResponse<InputStream> send(HttpRequest.Builder request, String repository, String actions) {
    authorization.ifPresent(a -> request.setHeader("Authorization", a));
    HttpResponse<InputStream> response = exchange(request);
    if (response.statusCode() != 401) {
      return response;
    }
    body(response);
    String asked = response.headers().firstValue("WWW-Authenticate").orElse("");
    authorization = Optional.of(new Tokens(host, root).authorize(asked, repository, actions));
    authorization.ifPresent(a -> request.setHeader("Authorization", a));
    return exchange(request);
  }

  /** Follows one hop, without credentials; by TLS unless it stays on the same host. */
  HttpResponse<InputStream> followed(HttpResponse<InputStream> response) {
    if (!REDIRECTS.contains(response.statusCode())) {
      return response;
    }
    body(response);
    URI to = resolved(response.headers().firstValue("Location").orElse(""));
    if (!"https".equals(to.getScheme()) && !host.equals(to.getAuthority())) {
      throw Trouble.failed(
          "cannot follow registry " + host + " to " + to.getHost() + ": it is not by TLS");
    }
    return exchange(HttpRequest.newBuilder(to).timeout(LARGE).GET());
  }

  private HttpResponse<InputStream> exchange(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Trouble.failed("cannot wait for registry " + host + ": interrupted");
    }
  }

  NaruException unreachable(IOException e) {
    return new NaruException(
        NaruException.Code.REGISTRY_UNREACHABLE,
        "cannot reach registry "
            + host
            + " by "
            + root.getScheme()
            + ": "
            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
            + "; "
            + next(e),
        e);
  }

  /** What to do about it. */
  String next(IOException e) {
    if (!(e instanceof SSLException)) {
      return "check the name and that it runs";
    }
    return String.valueOf(e.getMessage()).contains("PKIX")
        ? "its certificate is not trusted here: have this JDK trust who signed it"
        : "it seems to speak plain HTTP: where that is meant, NARU_INSECURE_REGISTRIES="
            + host
            + " allows it";
  }

  /**
   * The whole body of a successful answer.
   *
   * @param most bytes that it may have
   * @param what was asked, for messages: {@code get …}
   */
  byte[] whole(HttpResponse<InputStream> response, int most, String what) {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(most + 1);
      expect(response, 200, what, bytes);
      if (bytes.length > most) {
        throw Trouble.failed(
            "cannot " + what + ": registry " + host + " sends more than " + most + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Refuses any other status than the expected one. */
  void expect(HttpResponse<?> response, int status, String what, byte[] body) {
    int got = response.statusCode();
    if (got == status) {
      return;
    }
    String said = "cannot " + what + ": registry " + host + " answered " + got + error(body);
    if (got >= 500) {
      throw new NaruException(
          NaruException.Code.REGISTRY_UNREACHABLE, said + "; see the registry's log");
    }
    boolean wantsTls = got == 400 && root.getScheme().equals("http");
    throw switch (got) {
      case 401, 403 ->
          Trouble.refused(
              "%s; run docker login %s, or ask for the right to %s"
                  .formatted(said, host, what.split(" ", 2)[0]));
      case 405 ->
          Trouble.refused(
              said + "; it takes no images, as a mirror or a read-only one: name another");
      default ->
          Trouble.failed(
              said
                  + (wantsTls
                      ? "; it seems to want TLS: take it out of NARU_INSECURE_REGISTRIES"
                      : "; see the registry's log"));
    };
  }

  private static String error(byte[] body) {
    try {
      JsonNode first = Json.MAPPER.readTree(body).path("errors").path(0);
      String code = first.path("code").asText("");
      return code.matches("[A-Z_]{1,40}") ? " (" + code + ")" : "";
    } catch (IOException | IllegalArgumentException _) {
      return "";
    }
  }

  /** The beginning of a body that is not needed as a whole; the connection is given up after it. */
  static byte[] body(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      return in.readNBytes(1 << 16);
    } catch (IOException _) {
      return new byte[0];
    }
  }
}
