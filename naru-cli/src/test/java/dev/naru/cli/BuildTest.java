package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import dev.naru.image.Layout;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on a base without layers that lies in the home: neither apt nor a registry is asked. */
final class BuildTest {
  @TempDir private Path temp;
  private Path project = Path.of("");
  private String base = "";

  @BeforeEach
  void makeAProject() throws IOException {
    project = Files.createDirectories(temp.resolve("shop"));
    base = "team/base@" + base(temp.resolve("home"));
    file("app.jar", "");
    jar("hello");
  }

  private static String base(Path home) {
    Layout layout = new Layout(home.resolve("images/oci"));
    String arch = System.getProperty("os.arch", "").replace("x86_64", "amd64");
    String config =
        layout
            .put(
                "application/vnd.oci.image.config.v1+json",
                bytes(
                    "{'architecture':'"
                        + arch.replace("aarch64", "arm64")
                        + "','os':'linux','config':{},'rootfs':{'type':'layers','diff_ids':[]}}"))
            .digest();
    return layout
        .put(
            "application/vnd.oci.image.manifest.v1+json",
            bytes(
                "{'schemaVersion':2,'config':{'mediaType':"
                    + "'application/vnd.oci.image.config.v1+json','digest':'"
                    + config
                    + "','size':"
                    + layout.blob(config).toFile().length()
                    + "},'layers':[]}"))
        .digest();
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private void file(String source, String more) throws IOException {
    Files.writeString(
        project.resolve("naru.yaml"),
        "apiVersion: naru.dev/v1alpha1\nkind: Image\nmetadata: {name: app}\nspec:\n"
            + "  runtime: {java: 25}\n  source: "
            + source
            + "\n  base: {ref: \""
            + base
            + "\"}\n"
            + more);
  }

  private void jar(String says) throws IOException {
    try (OutputStream file = Files.newOutputStream(project.resolve("app.jar"));
        JarOutputStream out = new JarOutputStream(file)) {
      entry(out, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: com.bank.app.Main\n");
      entry(out, "com/bank/app/Main.class", says);
    }
  }

  private static void entry(JarOutputStream out, String name, String text) throws IOException {
    ZipEntry entry = new JarEntry(name);
    out.putNextEntry(entry);
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
  }

  private Ran naru(String... args) {
    return Ran.of(Map.of("NARU_HOME", temp.resolve("home").toString()), args);
  }

  @Test
  void buildsWithoutAControlPlaneAndSaysWhatItMade() throws IOException {
    Ran ran = naru("build", project.toString(), "-o", "json");

    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode image = Json.read(ran.out().getBytes(StandardCharsets.UTF_8)).path("images").path(0);
    assertThat(image.path("name").asText()).isEqualTo("app");
    assertThat(image.path("digest").asText()).matches("sha256:[0-9a-f]{64}");
    assertThat(image.path("ref").asText())
        .isEqualTo("oci:" + temp.resolve("home/images/oci") + ":shop/app");
    assertThat(temp.resolve("home")).isDirectoryNotContaining("glob:**server*");
    assertThat(naru("build", project.toString()).out())
        .startsWith("IMAGE ")
        .contains(image.path("digest").asText());
  }

  @Test
  void twoProjectsWithOneImageNameKeepTheirOwn() throws IOException {
    String one = digest(naru("build", project.toString(), "-o", "json"));
    jar("good morning");
    String two = digest(naru("build", "-p", "other", project.toString(), "-o", "json"));

    Layout layout = new Layout(temp.resolve("home/images/oci"));
    assertThat(two).isNotEqualTo(one);
    assertThat(layout.find("shop/app").orElseThrow().digest()).isEqualTo(one);
    assertThat(layout.find("other/app").orElseThrow().digest()).isEqualTo(two);
  }

  private static String digest(Ran ran) throws IOException {
    assertThat(ran.code()).as(ran.err()).isZero();
    byte[] out = ran.out().getBytes(StandardCharsets.UTF_8);
    return Json.read(out).path("images").path(0).path("digest").asText();
  }

  @Test
  void locksThenRefusesToDrift() throws IOException {
    Ran locked = naru("lock", project.toString());
    assertThat(locked.code()).as(locked.err()).isZero();
    assertThat(locked.err()).isEqualTo("naru: wrote naru.lock, which names app\n");
    assertThat(naru("lock", project.toString()).err())
        .isEqualTo("naru: nothing to do: naru.lock names app\n");

    String other = "team/other@sha256:" + "0".repeat(64);
    Files.writeString(
        project.resolve("naru.yaml"),
        Files.readString(project.resolve("naru.yaml")).replace(base, other));
    Ran drifted = naru("build", project.toString());

    assertThat(drifted.code()).isEqualTo(2);
    assertThat(drifted.err())
        .isEqualTo(
            "naru: cannot build image/app as locked: base is "
                + other
                + " in the file, "
                + base
                + " in the lock; run naru lock --update\n");
  }

  @Test
  void runsTheProjectsOwnBuildAndShowsTheEndOfItsOutput() throws IOException {
    Files.createDirectories(project.resolve("target"));
    file("target/app.jar", "  build: {command: [cp, app.jar, target/app.jar]}\n");
    assertThat(naru("build", project.toString()).code()).isZero();
    assertThat(project.resolve("target/app.jar"))
        .hasSameBinaryContentAs(project.resolve("app.jar"));

    file("target/app.jar", "  build: {command: [cp, none.jar, target/app.jar]}\n");
    for (String command : new String[] {"build", "plan", "up"}) {
      Ran failed = naru(command, project.toString());
      assertThat(failed.code()).as(command).isEqualTo(1);
      assertThat(failed.err()).contains("cannot build image/app: cp ended with 1", "none.jar");
    }
  }

  @Test
  void saysWhatIsWrongWithRegistries() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Ran unreachable = naru("build", project.toString(), "--push", "127.0.0.1:" + free + "/team");
    assertThat(unreachable.code()).isEqualTo(4);
    assertThat(unreachable.err())
        .contains("cannot reach registry 127.0.0.1:" + free)
        .endsWith("check the name and that it runs\n");
    Ran malformed = naru("build", project.toString(), "--push", "https://x/y");
    assertThat(malformed.code()).isEqualTo(2);
    assertThat(malformed.err()).contains("expected HOST[:PORT][/PREFIX]");
  }
}
