package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A registry (OCI distribution specification 1.1) as far as images need it. Plain HTTP is spoken to
 * loopback and to hosts that were named for it, TLS to all others. Redirects are not followed with
 * credentials, and a token is fetched only from the registry's own host or by TLS.
 */
final class Registry {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final String host;
  private final URI root;
  private volatile Optional<String> authorization = Optional.empty();

  /**
   * @param host with its port, where it has one
   * @param plainHttp hosts besides loopback that are spoken to without TLS
   */
  Registry(String host, Set<String> plainHttp) {
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

  /** A manifest; empty where the registry has none of that reference. */
  Optional<Found> manifest(String repository, String reference) {
    HttpRequest.Builder request =
        request(repository + "/manifests/" + reference)
            .header(
                "Accept",
                Descriptor.MANIFEST
                    + ", "
                    + Descriptor.INDEX
                    + ", application/vnd.docker.distribution.manifest.v2+json,"
                    + " application/vnd.docker.distribution.manifest.list.v2+json");
    HttpResponse<InputStream> response = send(request, repository, "pull");
    try (InputStream body = response.body()) {
      if (response.statusCode() == 404) {
        return Optional.empty();
      }
      byte[] bytes = body.readNBytes(Json.MOST + 1);
      expect(response, 200, "get " + repository + "@" + reference, bytes);
      if (bytes.length > Json.MOST) {
        throw Trouble.failed(
            "cannot get " + repository + "@" + reference + ": its manifest is above 4 MiB");
      }
      return Optional.of(new Found(bytes));
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** A manifest as the registry sent it. */
  static final class Found {
    private final byte[] bytes;

    private Found(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes.clone();
    }

    String digest() {
      return "sha256:" + Hashes.ofBytes(bytes);
    }
  }

  boolean hasBlob(String repository, Descriptor blob) {
    HttpRequest.Builder request =
        request(repository + "/blobs/" + blob.digest()).method("HEAD", BodyPublishers.noBody());
    HttpResponse<InputStream> response = send(request, repository, "pull,push");
    drain(response);
    return response.statusCode() == 200;
  }

  /** Fetches a blob into the layout; false where the registry does not have it. */
  boolean fetch(String repository, Descriptor blob, Layout layout) {
    HttpResponse<InputStream> response =
        send(request(repository + "/blobs/" + blob.digest()), repository, "pull");
    if (response.statusCode() == 307 || response.statusCode() == 302) {
      response = redirected(response);
    }
    try (InputStream body = response.body()) {
      if (response.statusCode() == 404) {
        return false;
      }
      expect(response, 200, "get blob " + blob.digest() + " of " + repository, new byte[0]);
      Path temporary = layout.temporary();
      try {
        MessageDigest digest = Hashes.sha256();
        long size = 0;
        try (OutputStream out =
            new DigestOutputStream(
                new BufferedOutputStream(Files.newOutputStream(temporary)), digest)) {
          byte[] buffer = new byte[1 << 16];
          for (int n = body.read(buffer); n >= 0 && size <= blob.size(); n = body.read(buffer)) {
            out.write(buffer, 0, n);
            size += n;
          }
        }
        if (size != blob.size() || !Hashes.hex(digest).equals(blob.hex())) {
          throw Trouble.failed(
              "cannot use blob "
                  + blob.digest()
                  + " of "
                  + host
                  + "/"
                  + repository
                  + ": what the registry sent has another digest; have the registry repaired");
        }
        layout.adopt(temporary, blob);
        return true;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw Trouble.of("cannot get blob " + blob.digest() + " from " + host, e);
    }
  }

  /** One hop, without credentials; by TLS unless it stays on the same host. */
  private HttpResponse<InputStream> redirected(HttpResponse<InputStream> response) {
    drain(response);
    URI to = root.resolve(response.headers().firstValue("Location").orElse(""));
    if (!"https".equals(to.getScheme()) && !host.equals(to.getAuthority())) {
      throw Trouble.failed(
          "cannot follow registry " + host + " to " + to.getHost() + ": it is not by TLS");
    }
    return exchange(HttpRequest.newBuilder(to).timeout(LIMIT).GET());
  }

  /** Sends a blob unless the registry has it. */
  boolean push(String repository, Descriptor blob, Layout layout) {
    if (hasBlob(repository, blob)) {
      return false;
    }
    if (!layout.has(blob)) {
      throw Trouble.failed(
          "cannot push "
              + repository
              + ": blob "
              + blob.digest()
              + " is missing or corrupt in the"
              + " image layout; run naru build again");
    }
    HttpResponse<InputStream> begun =
        send(
            request(repository + "/blobs/uploads/").POST(BodyPublishers.noBody()),
            repository,
            "pull,push");
    drain(begun);
    expect(begun, 202, "push to " + repository, new byte[0]);
    URI place = root.resolve(begun.headers().firstValue("Location").orElse(""));
    if (!host.equals(place.getAuthority())) {
      throw Trouble.failed("cannot push to " + host + ": it sends uploads to another host");
    }
    String and = place.getRawQuery() == null ? "?" : "&";
    URI put = URI.create(place + and + "digest=" + encoded(blob.digest()));
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(put)
              .timeout(LIMIT)
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofFile(layout.blob(blob.digest())));
      HttpResponse<InputStream> done = send(request, repository, "pull,push");
      expect(done, 201, "push blob " + blob.digest() + " to " + repository, body(done));
      return true;
    } catch (IOException e) {
      throw Trouble.of("cannot push to " + host + "/" + repository, e);
    }
  }

  /** Sends a manifest under its digest or a tag. */
  void putManifest(String repository, String reference, String mediaType, byte[] bytes) {
    HttpRequest.Builder request =
        request(repository + "/manifests/" + reference)
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofByteArray(bytes));
    HttpResponse<InputStream> response = send(request, repository, "pull,push");
    expect(response, 201, "push manifest " + reference + " to " + repository, body(response));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path)).timeout(LIMIT);
  }

  /** Sends; on 401 gets an authorization as asked and sends once more. */
  private HttpResponse<InputStream> send(
      HttpRequest.Builder request, String repository, String actions) {
    authorization.ifPresent(a -> request.setHeader("Authorization", a));
    HttpResponse<InputStream> response = exchange(request);
    if (response.statusCode() != 401) {
      return response;
    }
    drain(response);
    String asked = response.headers().firstValue("WWW-Authenticate").orElse("");
    authorization = Optional.of(new Tokens(host, root).authorize(asked, repository, actions));
    authorization.ifPresent(a -> request.setHeader("Authorization", a));
    return exchange(request);
  }

  private HttpResponse<InputStream> exchange(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(new IOException("interrupted", e));
    }
  }

  private NaruException unreachable(IOException e) {
    return Trouble.of(
        "cannot reach registry " + host + " by " + root.getScheme(),
        new IOException(
            (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + "; check the name and that it runs",
            e));
  }

  private void expect(HttpResponse<?> response, int status, String what, byte[] body) {
    int got = response.statusCode();
    if (got == status) {
      return;
    }
    String said = error(body);
    String next =
        got == 401 || got == 403
            ? "; run docker login " + host + ", or ask for the right to " + what.split(" ", 2)[0]
            : "; see the registry's log";
    throw Trouble.failed(
        "cannot " + what + ": registry " + host + " answered " + got + said + next);
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

  private static byte[] body(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      return in.readNBytes(1 << 16);
    } catch (IOException _) {
      return new byte[0];
    }
  }

  private static void drain(HttpResponse<InputStream> response) {
    if (body(response).length == 1 << 16) {
      return; // more than an answer without contents should have: the connection is given up
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static HttpClient client() {
    return CLIENT;
  }
}
