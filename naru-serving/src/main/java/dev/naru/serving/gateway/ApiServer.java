package dev.naru.serving.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The API server of the cluster that this pod runs in, asked as the pod's service account. For one
 * thread.
 *
 * <p>It is built on {@code HttpURLConnection} because a silent watch must end some time, and {@code
 * java.net.http} has no limit for the time between two pieces of a body.
 */
final class ApiServer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int CONNECT_MILLIS = 5_000;

  private final URI base;
  private final Path account;
  private byte[] authorities = {};
  private @Nullable SSLSocketFactory trust;

  /** What the API server answered in place of what was asked for. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String words) {
      super("the API server answered " + words);
    }
  }

  /**
   * For a server.
   *
   * @param base its URL
   * @param account folder of {@code token} and {@code ca.crt}, both replaced at any time
   */
  ApiServer(URI base, Path account) {
    this.base = base;
    this.account = account;
  }

  /**
   * Asks for something.
   *
   * @param path with its query
   * @param silentMillis longest time between two pieces of the answer
   * @return the answer, of status 200
   * @throws RefusedException if it is answered by another status
   */
  InputStream get(String path, int silentMillis) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) base.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
    if (connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(trust());
    }
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(silentMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty(
        "Authorization", "Bearer " + Files.readString(account.resolve("token")).strip());
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new RefusedException(status + " " + words(connection));
    }
    return connection.getInputStream();
  }

  /** One JSON value, as maps and lists. */
  static @Nullable Object read(InputStream in) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      return JsonFields.value(parser);
    }
  }

  /** One JSON value, as maps and lists. */
  static @Nullable Object read(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      return JsonFields.value(parser);
    }
  }

  private static String words(HttpURLConnection connection) {
    try (InputStream in = connection.getErrorStream()) {
      return in == null ? "" : Slice.text(Slice.at(read(in), "message"));
    } catch (IOException e) {
      return "";
    }
  }

  private SSLSocketFactory trust() throws IOException {
    byte[] now = Files.readAllBytes(account.resolve("ca.crt"));
    if (trust == null || !Arrays.equals(now, authorities)) {
      trust = trust(now);
      authorities = now;
    }
    return trust;
  }

  private static SSLSocketFactory trust(byte[] authorities) throws IOException {
    try (InputStream in = new java.io.ByteArrayInputStream(authorities)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the cluster's ca.crt: " + e.getMessage(), e);
    }
  }
}
