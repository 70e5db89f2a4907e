package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers a registry's question for authorization (distribution specification, token
 * authentication). The registry chooses where the token comes from, so that place gets credentials
 * only if it is the registry's own host or is spoken to by TLS.
 */
final class Tokens {
  private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  private final String host;
  private final URI root;

  Tokens(String host, URI root) {
    this.host = host;
    this.root = root;
  }

  /** The value of the header {@code Authorization}. */
  String authorize(String asked, String repository, String actions) {
    Optional<String> basic = Credentials.basic(host, System.getenv());
    String scheme = asked.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    if (scheme.equals("bearer")) {
      return "Bearer " + token(asked, basic, repository, actions);
    } else if (scheme.equals("basic") && basic.isPresent()) {
      return "Basic " + basic.get();
    }
    throw Trouble.refused(
        "cannot use registry " + host + ": it wants a user; run docker login " + host);
  }

  private String token(String asked, Optional<String> basic, String repository, String actions) {
    String realm = parameter(asked, "realm").orElse("");
    URI place;
    try {
      place = URI.create(realm);
    } catch (IllegalArgumentException _) {
      throw refused(realm);
    }
    boolean own = host.equals(place.getAuthority()) && root.getScheme().equals(place.getScheme());
    if (!own && (!"https".equals(place.getScheme()) || isInner(place))) {
      throw refused(realm);
    }
    String query =
        "scope="
            + encoded("repository:" + repository + ":" + actions)
            + parameter(asked, "service").map(s -> "&service=" + encoded(s)).orElse("");
    String and = place.getRawQuery() == null ? "?" : "&";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(place + and + query)).timeout(Duration.ofSeconds(30));
    basic.ifPresent(b -> request.header("Authorization", "Basic " + b));
    try {
      HttpResponse<InputStream> response =
          RegistryHttp.client().send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        JsonNode said = Json.MAPPER.readTree(in.readNBytes(1 << 20));
        String token = said.path("token").asText(said.path("access_token").asText(""));
        if (response.statusCode() == 200 && token.matches("[\\x21-\\x7e]+")) {
          return token;
        }
      }
      throw Trouble.refused(
          "cannot use registry " + host + ": it gives no token; run docker login " + host);
    } catch (IOException e) {
      throw Trouble.of("cannot get a token for registry " + host, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Trouble.failed("interrupted while waiting for a token of registry " + host);
    }
  }

  /** A registry elsewhere must not make us speak to machines that only this host can reach. */
  private static boolean isInner(URI place) {
    try {
      for (java.net.InetAddress a : java.net.InetAddress.getAllByName(place.getHost())) {
        if (a.isLoopbackAddress()
            || a.isLinkLocalAddress()
            || a.isSiteLocalAddress()
            || a.isAnyLocalAddress()) {
          return true;
        }
      }
      return false;
    } catch (java.net.UnknownHostException | NullPointerException _) {
      return true;
    }
  }

  private RuntimeException refused(String realm) {
    return Trouble.failed(
        "cannot use registry "
            + host
            + ": it sends for a token to "
            + (realm.length() > 200 ? realm.substring(0, 200) : realm)
            + ", which is neither its own host nor a public one by TLS");
  }

  private static Optional<String> parameter(String asked, String name) {
    Matcher matcher = PARAMETER.matcher(asked);
    while (matcher.find()) {
      if (name.equals(matcher.group(1))) {
        return Optional.of(matcher.group(2));
      }
    }
    return Optional.empty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
