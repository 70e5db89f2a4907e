package dev.naru.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.testkit.engine.SimulatedEngine;
import dev.naru.core.testkit.engine.SimulatedWorld;
import dev.naru.core.testkit.store.InMemoryStore;
import dev.naru.spec.Bytes;
import dev.naru.spec.Metadata;
import dev.naru.spec.Volume;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VolumeRoutesTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final String FILES = "/api/v1/resources/finance/volume/data/files";

  private final FakeControl control = new FakeControl();
  private final InMemoryStore store = new InMemoryStore();
  private final Engine engine = new SimulatedEngine(new SimulatedWorld(), _ -> "");
  private ApiServer api;

  @BeforeEach
  void start() {
    engine.ensureVolume(
        "finance",
        new Volume(
            new Metadata("data", Optional.empty(), Map.of(), Map.of()),
            new Volume.Spec(Bytes.ofMebibytes(1), Volume.Access.ReadWriteOnce)));
    control.engine = Optional.of(engine);
    ServerInfo info = new ServerInfo("0.1.0", "abc", "process", "/h", 0, 8801, 42, Instant.EPOCH);
    api =
        ApiServer.start(
            control, store, new ApiServer.Context(info, TOKEN, () -> {}, Clock.systemUTC()));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpURLConnection open(String method, String path, String token) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + api.port() + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(20_000);
    connection.setRequestProperty("Authorization", "Bearer " + token);
    return connection;
  }

  private HttpURLConnection send(String path, byte[] tar) throws IOException {
    HttpURLConnection connection = open("POST", path, TOKEN);
    connection.setDoOutput(true);
    connection.setChunkedStreamingMode(0);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(tar);
    }
    return connection;
  }

  private static byte[] tar(String name, byte[] contents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(contents.length);
      tar.putArchiveEntry(entry);
      tar.write(contents);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static String error(HttpURLConnection connection) throws IOException {
    return new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void filesGoInAndComeOutHoweverLarge() throws IOException {
    byte[] large = "x".repeat(20 << 20).getBytes(StandardCharsets.US_ASCII);
    assertThat(send(FILES, tar("in/rows", large)).getResponseCode()).isEqualTo(200);
    HttpURLConnection answer = open("GET", FILES + "?path=in/rows", TOKEN);
    assertThat(answer.getResponseCode()).isEqualTo(200);
    assertThat(answer.getContentType()).isEqualTo("application/x-tar");
    try (TarArchiveInputStream tar = new TarArchiveInputStream(answer.getInputStream())) {
      assertThat(tar.getNextEntry().getName()).isEqualTo("rows");
      assertThat(tar.readAllBytes()).isEqualTo(large);
    }
    assertThat(store.audit(1))
        .extracting(AuditEntry::action, AuditEntry::target, AuditEntry::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("volume cp", "finance/volume/data", "accepted"));
  }

  @Test
  void whoHasNoTokenGetsAndChangesNothing() throws IOException {
    assertThat(open("GET", FILES, "wrong").getResponseCode()).isEqualTo(401);
    assertThat(open("POST", FILES, "wrong").getResponseCode()).isEqualTo(401);
  }

  @Test
  void whatIsRefusedIsToldAlsoAfterALargeBody() throws IOException {
    byte[] large = new byte[12 << 20];
    HttpURLConnection out = send(FILES, tar("../rows", large));
    assertThat(out.getResponseCode()).isEqualTo(422);
    assertThat(error(out)).contains("not inside the volume");
    assertThat(store.audit(1)).extracting(AuditEntry::outcome).containsExactly("refused");
    HttpURLConnection nowhere = send(FILES.replace("data", "other"), tar("rows", large));
    assertThat(nowhere.getResponseCode()).isEqualTo(404);
    assertThat(error(nowhere)).contains("there is no volume 'other' in project 'finance'");
    HttpURLConnection absent = open("GET", FILES + "?path=no/such", TOKEN);
    assertThat(absent.getResponseCode()).isEqualTo(404);
    assertThat(error(absent)).contains("data:no/such");
    assertThat(open("GET", FILES.replace("volume/data", "training/t"), TOKEN).getResponseCode())
        .isEqualTo(422);
  }

  @Test
  void archiveThatBreaksOffIsNoWholeArchive() throws IOException {
    control.engine = Optional.of(breaking());
    HttpURLConnection answer = open("GET", FILES, TOKEN);
    assertThat(answer.getResponseCode()).isEqualTo(200);
    try (InputStream in = answer.getInputStream()) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  /** An engine that is lost after the first entry. */
  private Engine breaking() {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (_, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("copyOut");
              byte[] whole = tar("rows", new byte[1 << 20]);
              new ByteArrayInputStream(whole, 0, 512 << 10).transferTo((OutputStream) arguments[3]);
              throw new NaruException(NaruException.Code.ENGINE_UNREACHABLE, "cut off");
            });
  }
}
