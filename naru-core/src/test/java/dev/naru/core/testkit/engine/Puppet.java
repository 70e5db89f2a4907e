package dev.naru.core.testkit.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A workload that does what its arguments say, one after the other: what engines are tried with. It
 * is put into a jar of its own, so it uses nothing but the JDK. The simulated engine plays the same
 * words. Each is {@code verb} or {@code verb:value}:
 *
 * <ul>
 *   <li>{@code print:TEXT}, {@code err:TEXT}, {@code env:NAME} (prints {@code NAME=value}), {@code
 *       progress:JSON}, {@code long:CHARACTERS}
 *   <li>{@code sleep:MILLIS}, {@code burn:MILLIS}, {@code forever}, {@code await:ENV/NAME} (until
 *       that file is there), {@code exit:CODE}, {@code die} (SIGKILL to itself)
 *   <li>{@code term:ignore}, {@code term:CODE:ENV/NAME} (on SIGTERM writes that file, ends so)
 *   <li>{@code write:ENV/NAME=TEXT}, {@code link:ENV/NAME=TARGET}, {@code twin:ENV/NAME=ENV/OTHER}
 *       (a second name), {@code beat:ENV/NAME} (appends all the time), {@code tmp} (leaves a file
 *       in TMPDIR), {@code spawn:WORD} (a child process that does that), {@code kill:PID}, {@code
 *       dial:HOST:PORT} (prints what is answered there), {@code sees:PATH} (prints whether that
 *       file is there), {@code hash:ENV/NAME} (prints the SHA-256 of that file), {@code
 *       cat:ENV/NAME} (prints it)
 *   <li>{@code listen:ADDRESS} (answers on NARU_PORT), {@code fill:MEBIBYTES}, {@code
 *       bait:MEBIBYTES} (the same, by whom the kernel ends first where memory is short), {@code
 *       meet} (prints {@code met} once all ranks were at NARU_COORDINATOR)
 * </ul>
 */
public final class Puppet {
  private static final List<Object> HELD = new ArrayList<>();

  private Puppet() {}

  /** Does what the arguments say, then ends with 0. */
  public static void main(String[] words) throws Exception {
    for (String word : words) {
      int colon = word.indexOf(':');
      act(colon < 0 ? word : word.substring(0, colon), colon < 0 ? "" : word.substring(colon + 1));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void act(String verb, String value) throws Exception {
    switch (verb) {
      case "print" -> System.out.println(value);
      case "err" -> System.err.println(value);
      case "env" -> System.out.println(value + "=" + System.getenv(value));
      case "progress" -> System.out.println("naru:progress " + value);
      case "long" -> System.out.println("x".repeat(Integer.parseInt(value)));
      case "sleep" -> Thread.sleep(Long.parseLong(value));
      case "burn" -> burn(Long.parseLong(value));
      case "forever" -> Thread.sleep(Long.MAX_VALUE);
      case "await" -> await(file(value));
      case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(value));
      case "die" -> die();
      case "kill" ->
          ProcessHandle.of(Long.parseLong(value)).ifPresent(ProcessHandle::destroyForcibly);
      case "term" -> onTerm(value);
      case "write" -> {
        int equals = value.indexOf('=');
        write(file(value.substring(0, equals)), value.substring(equals + 1));
      }
      case "beat" -> beat(file(value));
      case "tmp" -> temporary();
      case "spawn" -> spawn(value);
      case "listen" -> listen(value, Integer.parseInt(System.getenv("NARU_PORT")));
      case "dial" -> dial(value);
      case "twin" -> {
        int equals = value.indexOf('=');
        Files.createLink(file(value.substring(equals + 1)), file(value.substring(0, equals)));
      }
      case "link" -> {
        int equals = value.indexOf('=');
        Files.createSymbolicLink(
            file(value.substring(0, equals)), Path.of(value.substring(equals + 1)));
      }
      case "sees" -> System.out.println("sees=" + Files.exists(Path.of(value)));
      case "hash" -> hash(file(value));
      case "cat" -> System.out.println(Files.readString(file(value)));
      case "meet" -> meet();
      case "fill" -> fill(Integer.parseInt(value));
      case "bait" -> {
        Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
        fill(Integer.parseInt(value));
      }
      default -> throw new IllegalArgumentException("unknown word " + verb);
    }
  }

  private static Path file(String value) {
    int slash = value.indexOf('/');
    return Path.of(System.getenv(value.substring(0, slash)), value.substring(slash + 1));
  }

  private static void hash(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    System.out.println("hash=sha256:" + HexFormat.of().formatHex(digest));
  }

  private static void burn(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    double x = 1;
    while (System.nanoTime() < end) {
      x = Math.sqrt(x + 1);
    }
    HELD.add(x);
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(5);
    }
  }

  /** A program cannot do that to itself in Java, and an image may have no shell. */
  private static void die() throws Exception {
    spawn("kill:" + ProcessHandle.current().pid());
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void onTerm(String value) {
    int colon = value.indexOf(':');
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                if (colon < 0) {
                  Thread.sleep(Long.MAX_VALUE);
                }
                write(file(value.substring(colon + 1)), "terminated");
                Runtime.getRuntime().halt(Integer.parseInt(value.substring(0, colon)));
              } catch (IOException | InterruptedException e) {
                Runtime.getRuntime().halt(1);
              }
            }));
  }

  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void beat(Path file) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              Files.writeString(file, ".", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
              Thread.sleep(10);
            }
          } catch (IOException | InterruptedException e) {
            return;
          }
        });
  }

  private static void temporary() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    // Nobody else's: it must not be there yet.
    Files.writeString(folder.resolve("left"), "left behind", StandardOpenOption.CREATE_NEW);
    System.out.println("tmp=" + folder);
  }

  private static void spawn(String word) throws IOException {
    String java = System.getProperty("java.home") + "/bin/java";
    String path = System.getProperty("java.class.path");
    new ProcessBuilder(java, "-cp", path, Puppet.class.getName(), word, "forever")
        .inheritIO()
        .start();
  }

  private static void listen(String address, int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              try (Socket socket = server.accept();
                  OutputStream out = socket.getOutputStream()) {
                out.write("puppet\n".getBytes(StandardCharsets.UTF_8));
              }
            }
          } catch (IOException e) {
            return;
          }
        });
    System.out.println("listening");
  }

  /** As distributed training begins: rank 0 listens, the others try until it does. */
  private static void meet() throws Exception {
    String[] coordinator = System.getenv("NARU_COORDINATOR").split(":", 2);
    int port = Integer.parseInt(coordinator[1]);
    if (System.getenv("NARU_RANK").equals("0")) {
      try (ServerSocket server = new ServerSocket()) {
        server.bind(new InetSocketAddress(InetAddress.getByName(coordinator[0]), port));
        for (int i = 1; i < Integer.parseInt(System.getenv("NARU_WORLD_SIZE")); i++) {
          server.accept().close();
        }
      }
    } else {
      while (!connects(coordinator[0], port)) {
        Thread.sleep(20);
      }
    }
    System.out.println("met");
  }

  private static boolean connects(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void dial(String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      int port = Integer.parseInt(address.substring(colon + 1));
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), 2000);
      socket.setSoTimeout(2000);
      System.out.println(
          "answer="
              + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      System.out.println("answer=none, " + e);
    }
  }

  private static void fill(int mebibytes) {
    for (int i = 0; i < mebibytes; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
      for (int at = 0; at < buffer.capacity(); at += 1024) {
        buffer.put(at, (byte) 1);
      }
      HELD.add(buffer);
    }
  }
}
