package dev.naru.engine.local.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.naru.core.NaruException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The way to the engine. What goes wrong becomes words: an engine that does not answer is
 * ENGINE_UNREACHABLE, an answer that says no is FAILED. docker-java's own exceptions for "not
 * found", "conflict" and "not modified" are the caller's to catch inside the call.
 */
final class Api implements AutoCloseable {
  /** The API of Docker Engine 20.10. */
  private static final int MINOR = 41;

  private static final Duration LONG = Duration.ofMinutes(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String host;
  private final DockerHttpClient http;
  private final DockerHttpClient longHttp;
  private final DockerClient quick;
  private final DockerClient patient;
  private volatile boolean known;
  private volatile boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param patience for an ordinary answer; streams and stops may take as long as they do
   */
  Api(String host, Duration patience) {
    this.host = host;
    try {
      DockerClientConfig config =
          DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host).build();
      this.http = http(config, patience);
      this.longHttp = http(config, LONG);
      this.quick = DockerClientImpl.getInstance(config, http);
      this.patient = DockerClientImpl.getInstance(config, longHttp);
    } catch (RuntimeException e) {
      throw new NaruException(
          NaruException.Code.INVALID,
          "DOCKER_HOST is '" + host + "': " + e.getMessage() + "; it looks like unix:///PATH",
          e);
    }
  }

  private static DockerHttpClient http(DockerClientConfig config, Duration patience) {
    return new ZerodepDockerHttpClient.Builder()
        .dockerHost(config.getDockerHost())
        .sslConfig(config.getSSLConfig())
        .connectionTimeout(Duration.ofSeconds(5))
        .responseTimeout(patience)
        .build();
  }

  /** Asks the engine; {@code what} completes "cannot ...". */
  <T> T call(String what, Function<DockerClient, T> call) {
    return translated(
        what,
        () -> {
          checkVersion();
          return call.apply(quick);
        });
  }

  /** The same without an answer. */
  void run(String what, Consumer<DockerClient> call) {
    call(
        what,
        client -> {
          call.accept(client);
          return true;
        });
  }

  /** The same for what may take its time. */
  <T> T callLong(String what, Function<DockerClient, T> call) {
    return translated(
        what,
        () -> {
          checkVersion();
          return call.apply(patient);
        });
  }

  /** An answer that docker-java has no call for, as JSON. */
  JsonNode get(String what, String path) {
    return translated(
        what,
        () -> {
          DockerHttpClient.Request request =
              DockerHttpClient.Request.builder()
                  .method(DockerHttpClient.Request.Method.GET)
                  .path(path)
                  .build();
          try (DockerHttpClient.Response response = http.execute(request)) {
            JsonNode answer = JSON.readTree(response.getBody());
            if (response.getStatusCode() != 200) {
              throw new DockerException(answer.path("message").asText(), response.getStatusCode());
            }
            return answer;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * What is under a path of a container, itself and not what it points to: {@code mode} (Go's),
   * {@code size}, {@code linkTarget}; empty where there is nothing. (docker-java knows no HEAD; the
   * answer to GET has the same head, and its body is not read.)
   */
  Optional<JsonNode> stat(String container, String path) {
    return translated(
        "look at " + path,
        () -> {
          DockerHttpClient.Request request =
              DockerHttpClient.Request.builder()
                  .method(DockerHttpClient.Request.Method.GET)
                  .path(
                      "/containers/"
                          + container
                          + "/archive?path="
                          + URLEncoder.encode(path, StandardCharsets.UTF_8))
                  .build();
          try (DockerHttpClient.Response response = http.execute(request)) {
            if (response.getStatusCode() == 404) {
              return Optional.empty();
            }
            String head = response.getHeader("X-Docker-Container-Path-Stat");
            if (response.getStatusCode() != 200 || head == null) {
              throw new DockerException("no answer about " + path, response.getStatusCode());
            }
            return Optional.of(JSON.readTree(Base64.getDecoder().decode(head)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Asked once per engine that answers; an engine that went away may come back as another. */
  private void checkVersion() {
    if (known) {
      return;
    }
    String version = Objects.requireNonNullElse(quick.versionCmd().exec().getApiVersion(), "");
    int dot = version.indexOf('.');
    if (!version.matches("[0-9]{1,3}\\.[0-9]{1,4}")) {
      throw new NaruException(
          NaruException.Code.ENGINE_UNREACHABLE,
          "what answers at "
              + host
              + " is no Docker Engine: it tells no version of its API; set DOCKER_HOST");
    }
    if (Integer.parseInt(version.substring(0, dot)) == 1
        && Integer.parseInt(version.substring(dot + 1)) < MINOR) {
      throw new NaruException(
          NaruException.Code.ENGINE_UNREACHABLE,
          "the Docker Engine at "
              + host
              + " is too old: it speaks API "
              + version
              + ", Naru needs 1."
              + MINOR
              + " (Docker Engine 20.10); update it");
    }
    known = true;
  }

  /** Something that may fail. */
  private interface Call<T> {
    T get();
  }

  private <T> T translated(String what, Call<T> call) {
    try {
      return call.get();
    } catch (NaruException e) {
      throw e;
    } catch (DockerException e) {
      throw said(what, e);
    } catch (RuntimeException e) {
      IOException io = ioCause(e);
      if (io == null && !closed) {
        throw e;
      }
      known = false;
      throw unreachable(what, io == null ? new IOException("closed") : io, e);
    }
  }

  private NaruException said(String what, DockerException e) {
    String message = words(e);
    boolean going = message.toLowerCase(Locale.ROOT).contains("shutting down");
    if (going || e.getHttpStatus() == 503) {
      known = false;
      return new NaruException(
          NaruException.Code.ENGINE_UNREACHABLE,
          "cannot " + what + ": the Docker Engine at " + host + " is going away: " + message,
          e);
    }
    NaruException.Code code =
        switch (e.getHttpStatus()) {
          case 404 -> NaruException.Code.NOT_FOUND;
          case 409 -> NaruException.Code.CONFLICT;
          default -> NaruException.Code.FAILED;
        };
    return new NaruException(code, "cannot " + what + ": Docker says: " + message, e);
  }

  /** What the engine said, without the JSON around it. */
  static String words(DockerException e) {
    String message = String.valueOf(e.getMessage());
    int brace = message.indexOf("{\"message\"");
    if (brace >= 0) {
      try {
        return JSON.readTree(message.substring(brace)).path("message").asText(message);
      } catch (IOException notJson) {
        return message;
      }
    }
    return message.strip();
  }

  private static @org.jspecify.annotations.Nullable IOException ioCause(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof IOException io) {
        return io;
      }
    }
    return null;
  }

  private NaruException unreachable(String what, IOException io, RuntimeException e) {
    String reason = String.valueOf(io.getMessage());
    String next = "; start it, or set DOCKER_HOST";
    if (io instanceof SocketTimeoutException || io instanceof InterruptedIOException) {
      reason = "no answer in time";
      next = "; see its log";
    } else if (reason.contains("Permission denied")) {
      next = "; run as a member of the group that owns the socket";
    } else if (!(io instanceof SocketException || io instanceof FileSystemException)) {
      reason = io.getClass().getSimpleName() + ": " + reason;
    }
    return new NaruException(
        NaruException.Code.ENGINE_UNREACHABLE,
        "cannot " + what + ": no Docker Engine at " + host + ": " + reason + next,
        e);
  }

  /** Where the engine listens. */
  String host() {
    return host;
  }

  /** Whether it is on this machine. */
  boolean isLocal() {
    return host.startsWith("unix:");
  }

  /** For streams, whose end says more than an exception. */
  DockerClient streams() {
    return patient;
  }

  @Override
  public void close() {
    closed = true;
    try (DockerHttpClient _ = http;
        DockerHttpClient _ = longHttp) {
      known = false;
    } catch (IOException e) {
      // Nothing is asked any more.
      return;
    }
  }
}
