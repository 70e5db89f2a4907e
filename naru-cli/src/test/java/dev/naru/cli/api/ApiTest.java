package dev.naru.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ApiTest {
  private static final String REFUSAL =
      "HTTP/1.1 413 Too Large\r\nContent-Length: 23\r\nConnection: close\r\n\r\n"
          + "{\"message\":\"too large\"}";

  @Test
  void anUploadThatFailsDoesNotEndAsIfItWereAll() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> all(server));
      assertThatThrownBy(() ->
              upload(
                  server,
                  out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("a file is gone");
                  }))
          .isInstanceOf(IOException.class)
          .hasMessage("a file is gone");
      assertThat(received.get()).startsWith("POST /x HTTP/1.1\r\n").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aRefusalBeforeTheEndOfAnUploadIsHeard() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> refused = CompletableFuture.runAsync(() -> refuse(server));
      assertThatThrownBy(() ->
              upload(
                  server,
                  out -> {
                    for (int i = 0; i < 1_000; i++) {
                      out.write(new byte[64 << 10]);
                    }
                  }))
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> {
                assertThat(e.status()).isEqualTo(413);
                assertThat(e).hasMessage("too large");
              });
      refused.get();
    }
  }

  private static void upload(ServerSocket server, Api.Body body) throws IOException {
    new Api("http://127.0.0.1:" + server.getLocalPort(), "").post("/x", "application/x-tar", body);
  }

  private static String all(ServerSocket server) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream()) {
      in.transferTo(all);
    } catch (IOException reset) {
      return all.toString(StandardCharsets.US_ASCII); // what came before
    }
    return all.toString(StandardCharsets.US_ASCII);
  }

  private static void refuse(ServerSocket server) {
    try (Socket socket = server.accept()) {
      byte[] some = socket.getInputStream().readNBytes(10);
      assertThat(some).hasSize(10);
      socket.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
