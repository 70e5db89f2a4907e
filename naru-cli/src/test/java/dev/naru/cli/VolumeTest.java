package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeTest {
  private static final String FILES = "/api/v1/resources/finance/volume/data/files";

  @TempDir Path home;
  @TempDir Path folder;
  private FakeServer server;

  @BeforeEach
  void start() {
    server =
        new FakeServer(home)
            .on(
                "GET /api/v1/resources?kind=volume&name=data",
                "{\"items\":[{\"metadata\":{\"name\":\"data\",\"namespace\":\"finance\"}}]}")
            .on("GET /api/v1/resources?kind=volume&name=other", "{\"items\":[]}")
            .on("POST " + FILES, "{\"status\":\"copied\"}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ran cp(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "volume";
    all[1] = "cp";
    System.arraycopy(words, 0, all, 2, words.length);
    return Ran.of(server.env(), all);
  }

  /** What was sent last, texts by name. */
  private Map<String, String> sent() throws IOException {
    String request = server.requests().getLast();
    Map<String, String> texts = new TreeMap<>();
    byte[] tar =
        request
            .substring(request.indexOf(FILES) + FILES.length() + 1)
            .getBytes(StandardCharsets.UTF_8);
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        texts.put(e.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  private static String tar(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        String text = namesAndTexts[i + 1];
        boolean link = text.startsWith("-> ");
        TarArchiveEntry entry =
            link
                ? new TarArchiveEntry(namesAndTexts[i], TarArchiveEntry.LF_SYMLINK)
                : new TarArchiveEntry(namesAndTexts[i], true);
        if (link) {
          entry.setLinkName(text.substring(3));
        } else {
          entry.setSize(text.length());
        }
        tar.putArchiveEntry(entry);
        if (!link) {
          tar.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void copiesAFolderIntoAVolume() throws IOException {
    Path rows = Files.createDirectories(folder.resolve("rows/deep"));
    Files.writeString(rows.resolve("one"), "1");
    Files.createSymbolicLink(rows.resolve("link"), Path.of("/etc"));
    Ran ran = cp(folder.resolve("rows").toString(), "data:seeds/rows");
    assertThat(ran.err()).isEqualTo("naru: left out: 1 link, for links are not followed\n");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo("copied 1 file, 1 B to data:seeds/rows\n");
    assertThat(sent().keySet())
        .containsExactly("seeds/rows/", "seeds/rows/deep/", "seeds/rows/deep/one");
    assertThat(sent()).containsEntry("seeds/rows/deep/one", "1");
  }

  @Test
  void putsIntoAVolumeOrAFolderOfItUnderTheOwnName() throws IOException {
    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b");
    assertThat(cp(rows.toString(), "data:").code()).isZero();
    assertThat(sent()).containsOnlyKeys("rows.csv");
    assertThat(cp(rows.toString(), "data:seeds/").code()).isZero();
    assertThat(sent()).containsOnlyKeys("seeds/rows.csv");
    assertThat(cp(rows.toString(), "data:other.csv").code()).isZero();
    assertThat(sent()).containsOnlyKeys("other.csv");
    assertThat(cp(folder.toString(), "data:.").code()).isZero();
    assertThat(sent()).containsOnlyKeys("rows.csv");
  }

  @Test
  void copiesOutOfAVolume() throws IOException {
    Files.createDirectory(folder.resolve("made"));
    server.on(
        "GET " + FILES + "?path=out%2Frows",
        tar("rows/", "", "rows/one", "1", "rows/deep/", "", "rows/link", "-> /etc/passwd"));
    Ran ran = cp("-o", "json", "data:out/rows", folder.resolve("new").toString());
    assertThat(ran.code()).as(ran.err()).isZero();
    var json = Json.read(ran.out().getBytes(StandardCharsets.UTF_8));
    assertThat(json.path("files").asInt()).isEqualTo(1);
    assertThat(json.path("folders").asInt()).isEqualTo(2);
    assertThat(json.path("bytes").asInt()).isEqualTo(1);
    assertThat(json.path("linksLeftOut").asInt()).isEqualTo(1);
    assertThat(folder.resolve("new/one")).hasContent("1");
    assertThat(folder.resolve("new/deep")).isEmptyDirectory();
    assertThat(folder.resolve("new/link")).doesNotExist();
    assertThat(cp("data:out/rows", folder.resolve("made").toString()).code()).isZero();
    assertThat(folder.resolve("made/rows/one")).hasContent("1");
  }

  @Test
  void archiveThatLeavesTheTargetIsRefused() throws IOException {
    server.on("GET " + FILES + "?path=rows", tar("rows/../../evil", "x"));
    Ran ran = cp("data:rows", folder.resolve("new").toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("it would leave");
    assertThat(folder.resolve("evil")).doesNotExist();
    assertThat(folder.resolve("../evil")).doesNotExist();
  }

  @Test
  void misuseIsToldBeforeAnythingIsAsked() {
    assertThat(cp("here", "there").err())
        .isEqualTo(
            "naru: cannot copy 'here' to 'there': expected one of them to be VOLUME:PATH, found"
                + " none; a path of this machine with a colon is written ./NAME\n");
    assertThat(cp("data:a", "data:b").err()).contains("found both");
    Ran absent = cp(folder.resolve("absent").toString(), "data:");
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("there is no such file or folder");
    assertThat(cp("data:a", folder.resolve("no/where").toString()).err()).contains("make it first");
    assertThat(Ran.of(server.env(), "volume", "rm", "a", "b").err())
        .contains("cannot do 'rm' with a volume: expected cp");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void unknownVolumeAndRefusalsAreToldInWords() throws IOException {
    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b");
    Ran unknown = cp(rows.toString(), "other:");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("cannot find volume/other");
    server.on(
        "POST " + FILES,
        409,
        "{\"code\":\"CONFLICT\",\"message\":\"cannot copy 'x': it is a link\"}");
    Ran refused = cp(rows.toString(), "data:x/rows.csv");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).isEqualTo("naru: cannot copy 'x': it is a link\n");
  }
}
