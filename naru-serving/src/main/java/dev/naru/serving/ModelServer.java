package dev.naru.serving;

import dev.naru.serving.model.ModelService;
import dev.naru.serving.model.ServedModel;
import dev.naru.spec.signed.EcKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The process that serves one model version.
 *
 * <pre>
 * ModelServer --model DIR --digest sha256:… --name fraud --version 3 [--training fraud --keys KEY,…]
 *             [--host 127.0.0.1] [--port N] [--threads 1]
 * </pre>
 *
 * <p>With {@code --keys} (public keys: SubjectPublicKeyInfo in base64) it serves only what one of
 * them has signed as that version of that training.
 *
 * <p>The port comes from {@code --port}, else {@code NARU_PORT}. On SIGTERM it finishes what is
 * under way within {@code NARU_GRACE_SECONDS} (default 10) and ends with 143. Exit codes: 64
 * arguments, 65 a bad model or another digest, 69 the port is taken.
 */
public final class ModelServer {
  private static final int USAGE = 64;
  private static final int DATA = 65;
  private static final int UNAVAILABLE = 69;

  private ModelServer() {}

  /** Runs until SIGTERM. */
  public static void main(String[] args) {
    int code = run(args, System.getenv());
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int run(String[] args, Map<String, String> env) {
    try {
      serve(args, env);
      return 0;
    } catch (Arguments.UsageException e) {
      System.err.println("model server: " + e.getMessage());
      return USAGE;
    } catch (BadModelException e) {
      System.err.println("model server: cannot serve the model: " + e.getMessage());
      return DATA;
    } catch (IOException e) {
      System.err.println("model server: " + e.getMessage());
      return UNAVAILABLE;
    }
  }

  private static void serve(String[] args, Map<String, String> env)
      throws Arguments.UsageException, BadModelException, IOException {
    Arguments arguments =
        new Arguments(
            args,
            Set.of(
                "--model",
                "--digest",
                "--name",
                "--version",
                "--training",
                "--keys",
                "--host",
                "--port",
                "--threads"));
    String portText = arguments.text("--port", env.getOrDefault("NARU_PORT", ""));
    if (portText.isEmpty()) {
      throw new Arguments.UsageException("neither --port nor NARU_PORT is given");
    }
    int port =
        Arguments.number(arguments.has("--port") ? "--port" : "NARU_PORT", portText, 0, 65535);
    int threads = Arguments.number("--threads", arguments.text("--threads", "1"), 1, 64);
    int grace =
        Arguments.number(
            "NARU_GRACE_SECONDS", env.getOrDefault("NARU_GRACE_SECONDS", "10"), 0, 86_400);
    NativeFolder.use(env);
    ServedModel model = load(arguments);
    InetSocketAddress address = new InetSocketAddress(arguments.text("--host", "127.0.0.1"), port);
    ModelService service = ModelService.start(model, address, threads);
    // A little less than the grace, so that SIGKILL never finds a drain that was about to end.
    Duration atMost = Duration.ofMillis(Math.max(100, grace * 1000L - 500));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> service.drain(atMost), "drain"));
    System.err.printf(
        "model server: %s version %s ready on %s, %d columns, %d trees%n",
        model.name(),
        model.version(),
        service.address(),
        model.tree().features().size(),
        model.tree().trees());
  }

  private static ServedModel load(Arguments arguments)
      throws Arguments.UsageException, BadModelException {
    Path folder = Path.of(arguments.text("--model"));
    String digest = arguments.text("--digest");
    String name = arguments.text("--name");
    boolean signed = arguments.has("--keys");
    String version = arguments.text("--version");
    List<EcKey> keys = signed ? keys(arguments.text("--keys")) : List.of();
    String training = signed ? arguments.text("--training") : "";
    if (signed) {
      arguments.number("--version", 1, Integer.MAX_VALUE);
    }
    try {
      return ServedModel.load(folder, digest, name, version, training, keys);
    } catch (IOException e) {
      throw new BadModelException(e);
    }
  }

  private static List<EcKey> keys(String text) throws Arguments.UsageException {
    List<EcKey> keys = new ArrayList<>();
    for (String key : text.split(",", -1)) {
      try {
        keys.add(EcKey.of(Base64.getDecoder().decode(key)));
      } catch (IllegalArgumentException e) {
        throw new Arguments.UsageException("--keys: " + e.getMessage());
      }
    }
    return keys;
  }

  /** The model's fault, as against the network's. */
  private static final class BadModelException extends Exception {
    private static final long serialVersionUID = 1;

    BadModelException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
