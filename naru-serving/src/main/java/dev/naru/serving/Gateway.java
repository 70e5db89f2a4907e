package dev.naru.serving;

import dev.naru.serving.gateway.GatewayService;
import dev.naru.serving.gateway.GatewayService.BusyPortException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The process that takes the users' requests to the replicas.
 *
 * <pre>Gateway --port 8801 --admin-port P --home DIR --token-file FILE [--host 127.0.0.1]
 *   [--admin-host 127.0.0.1] [--metrics-port P [--metrics-host 127.0.0.1]] [--namespace NAME]</pre>
 *
 * <p>Writes {@code gateway.pid} (one decimal process id) into its home once it listens, and keeps
 * the last routing table there. In a pod, with {@code --namespace}, it follows the EndpointSlices
 * of that namespace as the pod's service account, and listens once it knows a table. On SIGTERM it
 * finishes what is under way within {@code NARU_GRACE_SECONDS} (default 10) and ends with 143. Exit
 * codes: 2 a port is taken, 64 arguments, 66 token or home cannot be read.
 */
public final class Gateway {
  private static final int BUSY = 2;
  private static final int USAGE = 64;
  private static final int NO_INPUT = 66;

  /** Where a pod finds the token of its service account. */
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private Gateway() {}

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
      System.err.println("gateway: " + e.getMessage());
      return USAGE;
    } catch (BusyPortException e) {
      System.err.println(
          "gateway: "
              + e.getMessage()
              + (e.forClients() ? "; set NARU_GATEWAY_PORT to a free port" : " (the admin port)"));
      return BUSY;
    } catch (IOException e) {
      System.err.println("gateway: " + e);
      return NO_INPUT;
    }
  }

  private static void serve(String[] args, Map<String, String> env)
      throws Arguments.UsageException, IOException {
    Arguments arguments =
        new Arguments(
            args,
            Set.of(
                "--port",
                "--admin-port",
                "--home",
                "--token-file",
                "--host",
                "--admin-host",
                "--metrics-port",
                "--metrics-host",
                "--namespace"));
    String host = arguments.text("--host", "127.0.0.1");
    InetSocketAddress data = new InetSocketAddress(host, arguments.number("--port", 0, 65535));
    InetSocketAddress admin =
        new InetSocketAddress(
            arguments.text("--admin-host", "127.0.0.1"),
            arguments.number("--admin-port", 0, 65535));
    Optional<InetSocketAddress> metrics =
        arguments.has("--metrics-port")
            ? Optional.of(
                new InetSocketAddress(
                    arguments.text("--metrics-host", "127.0.0.1"),
                    arguments.number("--metrics-port", 0, 65535)))
            : Optional.empty();
    Path home = Path.of(arguments.text("--home"));
    String token = Files.readString(Path.of(arguments.text("--token-file"))).trim();
    if (token.isEmpty()) {
      throw new IOException("the token file is empty");
    }
    int grace =
        Arguments.number(
            "NARU_GRACE_SECONDS", env.getOrDefault("NARU_GRACE_SECONDS", "10"), 0, 86_400);
    NativeFolder.use(env);
    GatewayService service =
        GatewayService.start(
            new GatewayService.Settings(
                data, admin, home, token, metrics, cluster(arguments, env)));
    Path pidFile = home.resolve("gateway.pid");
    String pid = ProcessHandle.current().pid() + "\n";
    write(pidFile, pid);
    Duration atMost = Duration.ofMillis(Math.max(100, grace * 1000L - 500));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.drain(atMost);
                  remove(pidFile, pid);
                },
                "drain"));
    System.err.printf(
        "gateway: ready on %s, admin on %s%n", service.address(), service.adminAddress());
  }

  /** The cluster that this pod is in, by what every pod is told of it. */
  private static Optional<GatewayService.Cluster> cluster(
      Arguments arguments, Map<String, String> env) throws Arguments.UsageException {
    if (!arguments.has("--namespace")) {
      return Optional.empty();
    }
    String host = env.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    if (host.isEmpty()) {
      throw new Arguments.UsageException(
          "--namespace is for pods, and KUBERNETES_SERVICE_HOST is not set");
    }
    String port = env.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    return Optional.of(
        new GatewayService.Cluster(
            URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port),
            ACCOUNT,
            arguments.text("--namespace")));
  }

  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, text);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes the file if it is still this process's. */
  private static void remove(Path file, String text) {
    try {
      if (Files.readString(file).equals(text)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("gateway: cannot remove " + file + ": " + e);
    }
  }
}
