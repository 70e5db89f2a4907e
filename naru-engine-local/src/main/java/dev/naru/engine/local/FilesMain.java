package dev.naru.engine.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.naru.core.NaruException;
import dev.naru.core.engine.QuestionText;
import dev.naru.core.engine.VolumeFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Makes directories in a volume, answers questions about it and copies files: the program of the
 * small pod that has the volume mounted on a cluster, at {@link QuestionText#ROOT} and its name.
 *
 * <pre>FilesMain PORT TOKEN-FILE</pre>
 *
 * <table>
 *   <caption>What it serves; all but the first want {@code Authorization: Bearer TOKEN}</caption>
 *   <tr><td>{@code GET /healthz}</td><td>200 when the mounted folders can be written, else 507</td></tr>
 *   <tr><td>{@code POST /ask}</td><td>a question's words, one a line; the fact's line</td></tr>
 *   <tr><td>{@code POST /dirs}</td><td>{@code VOLUME/PATH} one a line: made where absent; 204</td></tr>
 *   <tr><td>{@code POST /in?volume=V}</td><td>a tar archive to unpack; 204</td></tr>
 *   <tr><td>{@code GET /out?volume=V&path=P}</td><td>a tar archive</td></tr>
 * </table>
 *
 * <p>Refusals are 404, 409 or 422 with the words; exit code 64 for wrong arguments.
 */
public final class FilesMain {
  private static final int USAGE = 64;
  private static final int MOST_TEXT = 1 << 20;

  private final Path root;
  private final byte[] token;
  private final FileAnswers answers;

  FilesMain(Path root, String token) {
    this.root = root;
    this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    this.answers = new FileAnswers(l -> root.resolve(QuestionText.folder(l)).resolve(l.path()));
  }

  /** Serves until SIGTERM. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("files: expected PORT TOKEN-FILE");
      System.exit(USAGE);
    }
    String token = Files.readString(Path.of(args[1])).strip();
    new FilesMain(Path.of(QuestionText.ROOT), token)
        .serve(new InetSocketAddress(Integer.parseInt(args[0])));
  }

  HttpServer serve(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    return server;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/healthz")) {
        answer(exchange, writable() ? 200 : 507, writable() ? "ok" : "a folder cannot be written");
      } else if (!allowed(exchange)) {
        answer(exchange, 401, "the token is not the one of this namespace");
      } else {
        route(exchange, exchange.getRequestMethod() + " " + path);
      }
    } catch (NaruException e) {
      answer(exchange, e.code().httpStatus(), String.valueOf(e.getMessage()));
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      answer(exchange, e instanceof IOException ? 500 : 422, e.toString());
    } finally {
      exchange.close();
    }
  }

  private boolean allowed(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
  }

  private void route(HttpExchange exchange, String what) throws IOException {
    switch (what) {
      case "POST /ask" -> {
        List<String> words = text(exchange).lines().toList();
        answer(exchange, 200, QuestionText.write(answers.answer(QuestionText.readQuestion(words))));
      }
      case "POST /dirs" -> {
        for (String line : text(exchange).lines().toList()) {
          Files.createDirectories(inside(line));
        }
        answer(exchange, 204, "");
      }
      case "POST /in" -> {
        VolumeCopies.in(volume(exchange), exchange.getRequestBody());
        answer(exchange, 204, "");
      }
      case "GET /out" -> out(exchange);
      default -> answer(exchange, 404, "there is no " + what);
    }
  }

  private void out(HttpExchange exchange) throws IOException {
    OutputStream late =
        new OutputStream() {
          private boolean begun;

          private OutputStream body() throws IOException {
            if (!begun) {
              begun = true;
              exchange.sendResponseHeaders(200, 0);
            }
            return exchange.getResponseBody();
          }

          @Override
          public void write(int b) throws IOException {
            body().write(b);
          }

          @Override
          public void write(byte[] part, int at, int n) throws IOException {
            body().write(part, at, n);
          }
        };
    VolumeCopies.out(
        volume(exchange), parameter(exchange, "volume"), parameter(exchange, "path"), late);
  }

  private Path volume(HttpExchange exchange) {
    String name = parameter(exchange, "volume");
    Path folder = inside(name);
    if (name.isEmpty() || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NaruException(NaruException.Code.NOT_FOUND, "no volume '" + name + "' is here");
    }
    return folder;
  }

  private Path inside(String path) {
    return root.resolve(VolumeFiles.inside(path));
  }

  private static String parameter(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getRawQuery();
    for (String part : (query == null ? "" : query).split("&", 0)) {
      if (part.startsWith(name + "=")) {
        return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static String text(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
  }

  private boolean writable() {
    try (var folders = Files.list(root)) {
      return folders.allMatch(Files::isWritable);
    } catch (IOException e) {
      return false;
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    if (exchange.getResponseCode() != -1) {
      return; // it broke in the middle of an archive; the connection's end says so
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
