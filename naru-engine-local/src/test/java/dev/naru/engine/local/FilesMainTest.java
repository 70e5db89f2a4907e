package dev.naru.engine.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.QuestionText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesMainTest {
  @TempDir Path root;
  private HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void serve() throws IOException {
    Files.createDirectory(root.resolve("data"));
    server =
        new FilesMain(root, "secret")
            .serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, String token)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
            .method(method, BodyPublishers.ofByteArray(body))
            .header("Authorization", "Bearer " + token)
            .build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(method, path, body.getBytes(UTF_8), "secret");
  }

  @Test
  void makesDirectoriesAndAnswersQuestionsAboutThem() throws Exception {
    assertThat(send("POST", "/dirs", "data/runs/a-1/attempts/1\ndata/other\n").statusCode())
        .isEqualTo(204);
    Files.createDirectory(root.resolve("data/runs/a-1/attempts/1/step-40"));
    Question.Resume question =
        new Question.Resume(new Location.InVolume("p", "data", "runs/a-1"), 2);
    String said =
        new String(
            send("POST", "/ask", String.join("\n", QuestionText.write(question))).body(), UTF_8);
    assertThat(QuestionText.readFact(said))
        .contains(
            new Fact.Resume(
                Optional.of(new Location.InVolume("p", "data", "runs/a-1/attempts/1/step-40")),
                40,
                true));
  }

  @Test
  void copiesInAndOut() throws Exception {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    var writer = VolumeArchive.writer(tar);
    writer.putArchiveEntry(VolumeArchive.file("x/hello", false, 2));
    writer.write(new byte[] {'h', 'i'});
    writer.closeArchiveEntry();
    writer.finish();
    assertThat(send("POST", "/in?volume=data", tar.toByteArray(), "secret").statusCode())
        .isEqualTo(204);
    assertThat(root.resolve("data/x/hello")).hasContent("hi");

    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    byte[] out = send("GET", "/out?volume=data&path=x%2Fhello", "").body();
    VolumeArchive.read(
        new ByteArrayInputStream(out),
        new VolumeArchive.Target() {
          @Override
          public void folder(String path) {}

          @Override
          public void file(String path, boolean executable, long size, java.io.InputStream contents)
              throws IOException {
            contents.transferTo(seen);
          }
        });
    assertThat(seen.toString(UTF_8)).isEqualTo("hi");
  }

  @Test
  void refusesWithTheWords() throws Exception {
    assertThat(send("POST", "/ask", new byte[0], "other").statusCode()).isEqualTo(401);
    assertThat(send("POST", "/dirs", "../../outside").statusCode()).isEqualTo(422);
    assertThat(root.resolve("../outside")).doesNotExist();
    assertThat(send("GET", "/out?volume=data&path=none", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/out?volume=other&path=x", "").statusCode()).isEqualTo(404);
    HttpResponse<byte[]> unheard = send("POST", "/ask", "what");
    assertThat(unheard.statusCode()).isEqualTo(422);
    assertThat(new String(unheard.body(), UTF_8)).contains(QuestionText.UNHEARD);
    assertThat(send("GET", "/healthz", new byte[0], "none").statusCode()).isEqualTo(200);
  }
}
