package dev.naru.serving.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** As much of an API server as a gateway asks: one list, and one watch at a time. */
final class FakeApiServer implements AutoCloseable {
  /** What a watch does after its events: it ends as agreed, or breaks off. */
  private static final String END = "end";

  private static final String BREAK = "break";

  private final HttpServer server;
  private final Map<String, String> slices = new ConcurrentSkipListMap<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;

  FakeApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/apis/discovery.k8s.io/v1/namespaces/finance/endpointslices", this::handle);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What was asked, oldest first: {@code list TOKEN}, {@code watch VERSION TOKEN}. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  /** Puts a slice where lists find it, and tells of nothing. */
  void put(String name, String slice) {
    slices.put(name, slice);
  }

  void remove(String name) {
    slices.remove(name);
  }

  /** Has the watch tell of an event. */
  void tell(String type, String object) {
    events.add("{\"type\":\"" + type + "\",\"object\":" + object + "}");
  }

  /** Puts a slice and tells of it. */
  void modify(String name, String slice) {
    put(name, slice);
    tell("MODIFIED", slice);
  }

  /** Ends the watch as the API server does after the time that was asked for. */
  void endWatch() {
    events.add(END);
  }

  /** Breaks the watch off in the middle of a line. */
  void breakWatch() {
    events.add(BREAK);
  }

  /** Answers everything so from now on; 200 is as usual. */
  void answer(int code) {
    status = code;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> query = new TreeMap<>();
    for (String pair : exchange.getRequestURI().getQuery().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts[1]);
    }
    String token =
        exchange.getRequestHeaders().getFirst("Authorization").replaceFirst("^Bearer ", "");
    boolean watch = query.containsKey("watch");
    asked.add((watch ? "watch " + query.get("resourceVersion") : "list") + " " + token);
    if (!Slice.SELECTOR.equals(query.get("labelSelector"))) {
      send(exchange, 400, "{\"message\":\"another selector\"}");
    } else if (status != 200) {
      send(exchange, status, "{\"kind\":\"Status\",\"message\":\"no, said the test\"}");
    } else if (watch) {
      watch(exchange);
    } else {
      send(
          exchange,
          200,
          "{\"kind\":\"EndpointSliceList\",\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[%s]}"
              .formatted(String.join(",", slices.values())));
    }
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void watch(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    try {
      for (String event = events.take(); !event.equals(END); event = events.take()) {
        if (event.equals(BREAK)) {
          out.write("{\"type\":".getBytes(StandardCharsets.UTF_8));
          out.flush();
          throw new IOException("broken off");
        }
        out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      out.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    events.add(END);
    server.stop(0);
  }
}
