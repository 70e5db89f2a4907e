package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.naru.image.Descriptor;
import dev.naru.image.Hashes;
import dev.naru.image.Json;
import dev.naru.image.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry in memory, with one repository's worth of rights and as many faults as wanted. */
final class FakeRegistry implements AutoCloseable {
  /** Blobs by digest. */
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** Manifests by {@code repository/tag-or-digest}. */
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  /** Method and path of each request. */
  final List<String> seen = new CopyOnWriteArrayList<>();

  private final Map<String, HttpHandler> faults = new ConcurrentHashMap<>();
  private final boolean lists;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Listens on loopback.
   *
   * @param lists whether it lists referrers by itself
   */
  FakeRegistry(boolean lists) {
    this.lists = lists;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  Registry client() {
    return new Registry(host(), Set.of());
  }

  /** Answers paths that contain {@code part} by itself. */
  void fault(String part, HttpHandler handler) {
    faults.put(part, handler);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Pushes an image under a tag. */
  ImageRef image(String repository, String tag, String contents) {
    String config =
        blob(("{\"os\":\"linux\",\"x\":\"" + contents + "\"}").getBytes(StandardCharsets.UTF_8));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d},\"layers\":[]}"
            .formatted(Descriptor.MANIFEST, Descriptor.CONFIG, config, blobOf(config).length);
    String digest = manifest(repository, tag, manifest.getBytes(StandardCharsets.UTF_8));
    return ImageRef.parse(host() + "/" + repository + "@" + digest);
  }

  /** The bytes of a manifest that is there, by {@code repository/reference}. */
  byte[] manifest(String path) {
    return Objects.requireNonNull(manifests.get(path), path);
  }

  /** The bytes of a blob that is there. */
  byte[] blobOf(String digest) {
    return Objects.requireNonNull(blobs.get(digest), digest);
  }

  String blob(byte[] bytes) {
    String digest = "sha256:" + Hashes.ofBytes(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  String manifest(String repository, String tag, byte[] bytes) {
    String digest = "sha256:" + Hashes.ofBytes(bytes);
    manifests.put(repository + "/" + digest, bytes);
    if (!tag.isEmpty()) {
      manifests.put(repository + "/" + tag, bytes);
    }
    return digest;
  }

  ObjectNode json(String repository, String reference) {
    return json(manifest(repository + "/" + reference));
  }

  static ObjectNode json(byte[] bytes) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a text. */
  static HttpHandler says(int status, String type, byte[] body) {
    return exchange -> send(exchange, status, type, body);
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    seen.add(exchange.getRequestMethod() + " " + path);
    for (Map.Entry<String, HttpHandler> fault : faults.entrySet()) {
      if (path.contains(fault.getKey())) {
        fault.getValue().handle(exchange);
        return;
      }
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] parts = exchange.getRequestURI().getPath().split("/(blobs|manifests|referrers)/", -1);
    String repository = parts[0].substring("/v2/".length());
    if (path.contains("/blobs/uploads/")) {
      upload(exchange, path, repository, body);
    } else if (path.contains("/blobs/")) {
      found(exchange, "application/octet-stream", blobs.get(parts[1]));
    } else if (path.contains("/referrers/")) {
      found(exchange, Descriptor.INDEX, lists ? referrers(repository, parts[1]) : null);
    } else if (exchange.getRequestMethod().equals("PUT")) {
      String digest = manifest(repository, parts[1], body);
      if (lists && json(body).has("subject")) {
        exchange.getResponseHeaders().set("OCI-Subject", digest);
      }
      send(exchange, 201, "text/plain", new byte[0]);
    } else {
      byte[] bytes = manifests.get(repository + "/" + parts[1]);
      found(
          exchange, bytes == null ? "" : json(bytes).path("mediaType").asText("text/plain"), bytes);
    }
  }

  private void upload(HttpExchange exchange, String path, String repository, byte[] body)
      throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/1");
      send(exchange, 202, "text/plain", new byte[0]);
      return;
    }
    String digest = blob(body);
    boolean same = path.endsWith("?digest=" + digest.replace(":", "%3A"));
    send(exchange, same ? 201 : 400, "text/plain", new byte[0]);
  }

  private byte[] referrers(String repository, String subject) {
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", Descriptor.INDEX);
    ArrayNode all = index.putArray("manifests");
    manifests.forEach((name, bytes) -> {
      JsonNode manifest = name.contains("/sha256:") ? json(bytes) : index;
      if (name.startsWith(repository + "/sha256:")
          && manifest.path("subject").path("digest").asText().equals(subject)) {
        ObjectNode entry = all.addObject();
        entry.put("mediaType", Descriptor.MANIFEST).put("size", bytes.length);
        entry.put("digest", "sha256:" + Hashes.ofBytes(bytes));
        entry.set("artifactType", manifest.path("artifactType"));
        entry.set("annotations", manifest.path("annotations"));
      }
    });
    return Json.bytes(index);
  }

  private static void found(
      HttpExchange exchange, String type, byte @org.jspecify.annotations.Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      send(exchange, 404, "text/plain", new byte[0]);
    } else if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    } else {
      send(exchange, 200, type, bytes);
    }
  }
}
