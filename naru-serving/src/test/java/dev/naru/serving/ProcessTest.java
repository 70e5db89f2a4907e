package dev.naru.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.serving.tree.Trained;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two programs as they are really started: flags, exit codes, the line on stderr. */
class ProcessTest {
  @TempDir Path folder;

  private Process start(List<String> flags, Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("NARU_PORT");
    builder.redirectError(folder.resolve("stderr").toFile());
    return builder.redirectOutput(folder.resolve("stdout").toFile()).start();
  }

  private String stderr() throws IOException {
    return Files.readString(folder.resolve("stderr"));
  }

  private static int code(Process process) throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void modelServerEndsWith65AndOneLineForABadModel() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("model.json"), "{\"version\":[2,1,0]}");
    Process process =
        start(
            ServingFlags.MODEL_SERVER,
            ModelServer.class,
            "--model",
            model.toString(),
            "--digest",
            "sha256:12",
            "--name",
            "m",
            "--version",
            "1",
            "--port",
            "0");
    assertThat(code(process)).isEqualTo(65);
    assertThat(stderr()).hasLineCount(1).contains("expected sha256:12");
    process = modelServer(model);
    assertThat(code(process)).isEqualTo(65);
    assertThat(stderr()).hasLineCount(1).contains("written by XGBoost 2.1; XGBoost 3 is supported");
  }

  @Test
  void modelServerEndsWith64WithoutAPort() throws Exception {
    Process process =
        start(
            ServingFlags.MODEL_SERVER,
            ModelServer.class,
            "--model",
            "x",
            "--digest",
            "y",
            "--name",
            "m",
            "--version",
            "1");
    assertThat(code(process)).isEqualTo(64);
    assertThat(stderr()).hasLineCount(1).contains("neither --port nor NARU_PORT is given");
  }

  @Test
  void modelServerServesNothingUnsignedWhereKeysAreGiven() throws Exception {
    Path model = Files.createDirectory(folder.resolve("1"));
    Trained.save(
        Trained.generated(200, 3, 1).train(3, "objective", "binary:logistic"), model, "model.ubj");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] key = generator.generateKeyPair().getPublic().getEncoded();
    Process process =
        modelServer(
            model, "--training", "fraud", "--keys", Base64.getEncoder().encodeToString(key));
    assertThat(code(process)).isEqualTo(65);
    assertThat(stderr())
        .hasLineCount(1)
        .contains("it is not signed: there is no " + folder.resolve("1.sig"));
  }

  @Test
  void modelServerEndsWith143OnSigterm() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    Trained.save(
        Trained.generated(200, 3, 1).train(3, "objective", "binary:logistic"), model, "model.ubj");
    Process process = modelServer(model);
    Eventually.that("ready", () -> stderr().contains("m version 1 ready on /127.0.0.1:"));
    process.destroy();
    assertThat(code(process)).isEqualTo(143);
    assertThat(Files.readString(folder.resolve("stdout"))).isEmpty();
    assertThat(stderr()).as("no warnings of the JVM").hasLineCount(1);
  }

  @Test
  void gatewayWritesItsPidAndEndsWith143OnSigterm() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "t\n");
    Process process =
        start(
            ServingFlags.GATEWAY,
            Gateway.class,
            "--port",
            "0",
            "--admin-port",
            "0",
            "--home",
            folder.toString(),
            "--token-file",
            token.toString());
    Eventually.that("ready", () -> stderr().contains("gateway: ready on"));
    assertThat(folder.resolve("gateway.pid")).hasContent(process.pid() + "\n");
    process.destroy();
    assertThat(code(process)).isEqualTo(143);
    assertThat(folder.resolve("gateway.pid")).doesNotExist();
    assertThat(stderr()).as("no warnings of the JVM").hasLineCount(1);
  }

  @Test
  void gatewayEndsWith2AndNamesTheVariableWhenItsPortIsTaken() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "t\n");
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Process process =
          start(
              ServingFlags.GATEWAY,
              Gateway.class,
              "--port",
              String.valueOf(taken.getLocalPort()),
              "--admin-port",
              "0",
              "--home",
              folder.toString(),
              "--token-file",
              token.toString());
      assertThat(code(process)).isEqualTo(2);
      assertThat(stderr())
          .hasLineCount(1)
          .contains("NARU_GATEWAY_PORT")
          .contains(":" + taken.getLocalPort());
      assertThat(folder.resolve("gateway.pid")).doesNotExist();
    }
  }

  private Process modelServer(Path model, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--model",
                model.toString(),
                "--digest",
                TreeDigest.of(model),
                "--name",
                "m",
                "--version",
                "1",
                "--port",
                "0"));
    words.addAll(List.of(more));
    return start(ServingFlags.MODEL_SERVER, ModelServer.class, words.toArray(String[]::new));
  }
}
