package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

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

  /** Makes an object be as it is given here, whoever changed it before. */
  static void apply(KubernetesClient client, String what, HasMetadata object) {
    run(
        what,
        () -> client.resource(object).fieldManager("naru").forceConflicts().serverSideApply());
  }

  static NaruException of(String what, KubernetesClientException e) {
    return new NaruException(code(e), "cannot " + what + ": " + words(e), e);
  }

  /** Whether nobody answered: there is no status then. */
  static boolean silent(KubernetesClientException e) {
    return e.getCode() <= 0;
  }

  private static Code code(KubernetesClientException e) {
    if (silent(e)) {
      return Code.ENGINE_UNREACHABLE;
    }
    return switch (e.getCode()) {
      case 429, 500, 502, 503, 504 -> Code.ENGINE_UNREACHABLE;
      case HttpURLConnection.HTTP_NOT_FOUND -> Code.NOT_FOUND;
      case HttpURLConnection.HTTP_CONFLICT -> Code.CONFLICT;
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN -> Code.REFUSED;
      default -> Code.INVALID;
    };
  }

  /** What the API server said; where it said nothing, why it could not be asked. */
  static String words(KubernetesClientException e) {
    if (e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
      return "the API server does not take the credentials (401); log in again, or correct the"
          + " kubeconfig";
    }
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      String said = e.getStatus().getMessage();
      return Right.of(said).map(Right::words).orElse(said);
    }
    return unanswered(e);
  }

  /** Why nobody answered; the outermost word is the client's, the innermost the network's. */
  private static String unanswered(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
        return "the host name of its server is not known here; correct server in the kubeconfig";
      }
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case SSLException tls -> {
          return tls(tls);
        }
        case HttpTimeoutException _, SocketTimeoutException _, TimeoutException _ -> {
          return "the API server does not answer in time; check that it runs and can be reached"
              + " from here";
        }
        case ConnectException _ -> {
          return "the API server refuses connections; check that it runs and can be reached from"
              + " here";
        }
        default -> {}
      }
    }
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String said = last.getMessage();
    return said == null ? last.getClass().getSimpleName() : said;
  }

  private static String tls(SSLException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("PKIX") || said.contains("unable to find valid certification path")) {
      return "the certificate of its server is not trusted; correct certificate-authority-data in"
          + " the kubeconfig";
    }
    return said.contains("No subject alternative") || said.contains("No name matching")
        ? "the certificate of its server is for another name ("
            + said
            + "); correct server in the kubeconfig"
        : "TLS fails: " + said;
  }

  static boolean absent(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  static boolean conflict(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }
}
