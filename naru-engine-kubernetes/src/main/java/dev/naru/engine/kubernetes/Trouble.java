package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.Supplier;

/** What goes wrong at an API server, in words and with the code that a person gets. */
final class Trouble {
  private Trouble() {}

  /**
   * Calls the API server.
   *
   * @param what is being done, as in "cannot ...: "
   */
  static <T> T call(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw of(what, e);
    }
  }

  /** The same without a result. */
  static void run(String what, Runnable call) {
    call(
        what,
        () -> {
          call.run();
          return "";
        });
  }

  static NaruException of(String what, KubernetesClientException e) {
    return new NaruException(code(e), "cannot " + what + ": " + words(e), e);
  }

  private static Code code(KubernetesClientException e) {
    return switch (e.getCode()) {
      case 0, 429, 500, 502, 503, 504 -> Code.ENGINE_UNREACHABLE;
      case HttpURLConnection.HTTP_NOT_FOUND -> Code.NOT_FOUND;
      case HttpURLConnection.HTTP_CONFLICT -> Code.CONFLICT;
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN -> Code.REFUSED;
      default -> Code.INVALID;
    };
  }

  /** What the API server said; where it said nothing, why it could not be asked. */
  static String words(KubernetesClientException e) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String said = cause.getMessage();
    return said == null ? cause.getClass().getSimpleName() : said;
  }

  static boolean absent(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  static boolean conflict(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }
}
