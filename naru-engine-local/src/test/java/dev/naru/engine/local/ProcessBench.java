package dev.naru.engine.local;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.testkit.engine.Ability;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.PuppetJar;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The contract's bench on real processes. */
final class ProcessBench extends EngineBench {
  private static final int FIRST_PORT = 23_000;
  private static final int LAST_PORT = 23_999;

  private final Path folder;
  private final ProcessSettings settings;
  private final TestSecrets secrets = new TestSecrets();

  /**
   * @param folder empty; holds the home and the image's source
   */
  ProcessBench(Path folder, UnaryOperator<ProcessSettings> change) throws IOException {
    this.folder = folder.toRealPath();
    this.settings =
        change.apply(
            ProcessSettings.of(
                    this.folder.resolve("home"), Path.of(System.getProperty("java.home")), NONE)
                .withPorts(FIRST_PORT, LAST_PORT)
                .with(secrets));
    PuppetJar.write(this.folder.resolve("puppet.jar"), "1");
  }

  /** Naru's own programs are tried elsewhere. */
  static final SystemPrograms NONE =
      new SystemPrograms() {
        @Override
        public List<String> modelServer(
            Program.ModelServer program, Path model, int port, Resources resources) {
          return List.of("/bin/false");
        }

        @Override
        public List<String> gateway(Program.Gateway program, Resources resources) {
          return List.of("/bin/false");
        }
      };

  ProcessSettings settings() {
    return settings;
  }

  Path home() {
    return settings.home();
  }

  @Override
  protected Engine open() {
    return new ProcessEngine(settings);
  }

  @Override
  protected Image puppet() {
    return new Image(
        new Metadata("puppet", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), "puppet.jar"));
  }

  @Override
  protected String lacks(Ability ability) {
    return switch (ability) {
      case DENIED_LINKS, READ_ONLY_INPUTS, OWN_FILES ->
          "plain processes reach what this machine's user can; each workload has that line in"
              + " `plan`";
      case CONNECTIONS,
          HIDDEN_VALUES,
          ORDER_OF_STREAMS,
          LINKED_FILES,
          NAMED_SHARDS,
          LONE_ENDS,
          ENDED_REPLICAS,
          PROMPT_ENDS ->
          "";
    };
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Override
  protected void changePuppet() {
    try {
      PuppetJar.write(folder.resolve("puppet.jar"), "2");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  protected void write(Location file, String text) {
    try {
      Path path = new Layout(home()).place(file);
      Files.createDirectories(java.util.Objects.requireNonNull(path.getParent()));
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Optional<String> read(Location file) {
    try {
      return Optional.of(Files.readString(new Layout(home()).place(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected boolean hasTemporary(GroupId id, Member member, String path) {
    return Files.exists(Path.of(path, "left"));
  }

  @Override
  protected void setSecret(String name, String value) {
    secrets.set(PROJECT, name, value);
  }

  @Override
  protected boolean answers(String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      InetAddress host = InetAddress.ofLiteral(address.substring(0, colon));
      socket.connect(
          new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), 2000);
      return new String(
              socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .equals("puppet\n");
    } catch (IOException e) {
      return false;
    }
  }
}
