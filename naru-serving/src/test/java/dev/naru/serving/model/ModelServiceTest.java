package dev.naru.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.serving.Eventually;
import dev.naru.serving.tree.Trained;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelServiceTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final String BODY =
      "{\"inputs\":[{\"name\":\"column_0\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}]}";

  @TempDir static Path folder;
  private static ServedModel model;

  @BeforeAll
  static void train() throws Exception {
    Trained.save(
        Trained.generated(300, 3, 2).train(5, "objective", "binary:logistic"), folder, "model.ubj");
    model = ServedModel.load(folder, TreeDigest.of(folder), "fraud", "3");
  }

  @Test
  void loadsOnlyWhatHasThePromisedDigest() {
    assertThatThrownBy(() -> ServedModel.load(folder, "sha256:00", "fraud", "3"))
        .hasMessageContaining("expected sha256:00; it was changed after it was sealed");
  }

  @Test
  void needsExactlyOneModelThatItCanRead(@TempDir Path other) throws Exception {
    assertThatThrownBy(() -> load(other))
        .hasMessageContaining("holds none of model.ubj, model.json");
    Files.writeString(other.resolve("model.onnx"), "x");
    assertThatThrownBy(() -> load(other))
        .hasMessageContaining("ONNX is not supported by this version");
    Files.writeString(other.resolve("model.json"), "{}");
    assertThatThrownBy(() -> load(other)).hasMessageContaining("holds 2 of");
    assertThatThrownBy(() -> load(other.resolve("absent")))
        .hasMessageContaining("there is no folder");
  }

  private static ServedModel load(Path folder) throws IOException {
    return ServedModel.load(
        folder, Files.isDirectory(folder) ? TreeDigest.of(folder) : "sha256:", "fraud", "3");
  }

  @Test
  void answersOverHttpWithKeepAlive() throws Exception {
    ModelService service = ModelService.start(model, ANY, 1);
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(infer(service), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("{\"model_name\":\"fraud\",\"model_version\":\"3\"");
      }
    } finally {
      service.drain(Duration.ofSeconds(2));
    }
  }

  private static HttpRequest infer(ModelService service) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:" + service.address().getPort() + "/v2/models/fraud/infer"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }

  @Test
  void refusesALargeBodyInWords() throws Exception {
    ModelService service = ModelService.start(model, ANY, 1);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "POST /v2/models/fraud/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = head(socket);
      assertThat(answer).startsWith("HTTP/1.1 413 ");
    } finally {
      service.drain(Duration.ofSeconds(2));
    }
  }

  private static String head(Socket socket) throws IOException {
    socket.setSoTimeout(5_000);
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void finishesARequestThatWasUnderWayWhenTheDrainBegan() throws Exception {
    ModelService service = ModelService.start(model, ANY, 1);
    try (Socket busy = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
        Socket idle = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
      String head =
          "POST /v2/models/fraud/infer HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + BODY.length()
              + "\r\n\r\n";
      idle.getOutputStream().write((head + BODY).getBytes(StandardCharsets.US_ASCII));
      assertThat(head(idle)).startsWith("HTTP/1.1 200 ").doesNotContain("connection: close");
      busy.getOutputStream()
          .write((head + BODY.substring(0, 10)).getBytes(StandardCharsets.US_ASCII));
      CompletableFuture<Void> drained =
          CompletableFuture.runAsync(() -> service.drain(Duration.ofSeconds(8)));
      Eventually.that("new connections are refused", () -> refuses(service.address().getPort()));
      Eventually.that("the idle connection is closed", () -> idle.getInputStream().read() < 0);
      assertThat(drained).isNotDone();
      busy.getOutputStream().write(BODY.substring(10).getBytes(StandardCharsets.US_ASCII));
      assertThat(head(busy)).startsWith("HTTP/1.1 200 ").contains("connection: close");
      drained.get(5, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  private static boolean refuses(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
