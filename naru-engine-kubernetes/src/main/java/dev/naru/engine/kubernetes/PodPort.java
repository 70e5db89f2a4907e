package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of a pod as a port of loopback, through the API server ({@code pods/portforward}, {@code
 * v4.channel.k8s.io}): a web socket for each connection, whose frames begin with the number of
 * their channel. The client's own forwarding loses what cannot be sent at once, so that a copy of a
 * file waits for ever or is another file in the end.
 */
final class PodPort implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PodPort.class);
  private static final Duration OPENS_WITHIN = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofMillis(1);
  private static final int BLOCK = 16 * 1024;
  private static final int NORMAL = 1000;
  private static final byte DATA = 0;

  /** The first frame of each channel has the port alone. */
  private static final int PORT_BYTES = 2;

  private final KubernetesClient client;
  private final URI uri;
  private final ServerSocket server;

  private PodPort(KubernetesClient client, URI uri, ServerSocket server) {
    this.client = client;
    this.uri = uri;
    this.server = server;
  }

  /**
   * Listens from now on.
   *
   * @throws UncheckedIOException where loopback has no port left
   */
  private static PodPort open(KubernetesClient client, ObjectMeta pod, int port) {
    URI uri =
        URI.create(client.getMasterUrl().toString())
            .resolve(
                "api/v1/namespaces/%s/pods/%s/portforward?ports=%d"
                    .formatted(pod.getNamespace(), pod.getName(), port));
    PodPort opened;
    try {
      opened = new PodPort(client, uri, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback", e);
    }
    Thread.ofVirtual().name("port of " + pod.getName()).start(opened::accept);
    return opened;
  }

  /** The one of before, or another where there is none or it listens no more. */
  static PodPort kept(@Nullable PodPort before, KubernetesClient client, ObjectMeta pod, int port) {
    return before != null && before.isAlive() ? before : open(client, pod, port);
  }

  int localPort() {
    return server.getLocalPort();
  }

  private boolean isAlive() {
    return !server.isClosed();
  }

  private void accept() {
    while (isAlive()) {
      try {
        Socket near = server.accept();
        Thread.ofVirtual().name("way to " + uri.getPath()).start(() -> carry(near));
      } catch (IOException e) {
        close(); // if it was not: another one is made when it is wanted
      }
    }
  }

  private void carry(Socket near) {
    Far far = new Far(near);
    try (near) {
      WebSocket there =
          client
              .getHttpClient()
              .newWebSocketBuilder()
              .uri(uri)
              .subprotocol("v4.channel.k8s.io")
              .buildAsync(far)
              .get(OPENS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      try {
        out(near.getInputStream(), there, far);
      } finally {
        there.sendClose(NORMAL, "done");
      }
    } catch (ExecutionException | TimeoutException | IOException e) {
      LOG.debug("a connection to {} ended: {}", uri.getPath(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One frame after the other: the next is refused as long as one is on its way. */
  private static void out(InputStream from, WebSocket there, Far far)
      throws IOException, InterruptedException {
    byte[] frame = new byte[BLOCK + 1];
    frame[0] = DATA;
    for (int read = from.read(frame, 1, BLOCK); read >= 0; read = from.read(frame, 1, BLOCK)) {
      while (!there.send(ByteBuffer.wrap(frame, 0, read + 1))) {
        if (far.ended) {
          throw new IOException("the far end is gone");
        }
        Thread.sleep(AGAIN);
      }
    }
  }

  /** What comes from the pod. The next frame is asked for when one was handed on. */
  private static final class Far implements WebSocket.Listener {
    private final Socket near;
    private final boolean[] begun = new boolean[256];
    private volatile boolean ended;

    Far(Socket near) {
      this.near = near;
    }

    @Override
    public void onMessage(WebSocket there, ByteBuffer frame) {
      int channel = frame.hasRemaining() ? frame.get() & 0xff : DATA;
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      boolean first = !begun[channel] && bytes.length == PORT_BYTES;
      begun[channel] = true;
      if (first || bytes.length == 0) {
        there.request();
        return;
      }
      Thread.startVirtualThread(() -> {
        try {
          if (channel != DATA) {
            throw new IOException(new String(bytes, StandardCharsets.UTF_8).strip());
          }
          near.getOutputStream().write(bytes);
          there.request();
        } catch (IOException e) {
          LOG.debug("a way to a pod ended: {}", e.getMessage());
          end();
        }
      });
    }

    @Override
    public void onClose(WebSocket there, int code, String reason) {
      end();
    }

    @Override
    public void onError(WebSocket there, Throwable error) {
      end();
    }

    private void end() {
      ended = true;
      try {
        near.close();
      } catch (IOException e) {
        LOG.debug("cannot close a connection: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("cannot close a port: {}", e.getMessage());
    }
  }
}
