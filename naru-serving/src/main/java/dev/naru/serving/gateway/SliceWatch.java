package dev.naru.serving.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the EndpointSlices of a namespace: one list, then watches that begin where the last one
 * ended. Whatever goes wrong, what was told last stands; it is tried again after 0.1 s, twice as
 * long each time up to 5 s.
 *
 * <p>A watch lasts {@value #WATCH_SECONDS} s: so a connection that died silently is noticed, and
 * the token is never older than that.
 */
final class SliceWatch implements AutoCloseable {
  private static final int WATCH_SECONDS = 30;
  private static final int SILENT_MILLIS = 35_000;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  /** A watch that ends sooner counts as a failure, so that a strange server is not asked on end. */
  private static final long SHORT = TimeUnit.SECONDS.toNanos(1);

  private final ApiServer server;
  private final String namespace;
  private final Consumer<List<Slice>> told;
  private final Thread thread;
  private final SortedMap<String, Slice> slices = new TreeMap<>();
  private String version = "";
  private String trouble = "";
  private volatile boolean closed;

  /**
   * Of a namespace.
   *
   * @param told gets all slices whenever they changed, on a thread of this
   */
  SliceWatch(GatewayService.Cluster cluster, Consumer<List<Slice>> told) {
    this.server = new ApiServer(cluster.server(), cluster.account());
    this.namespace = cluster.namespace();
    this.told = told;
    this.thread = Thread.ofVirtual().name("slices").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    int failures = 0;
    while (!closed) {
      long began = System.nanoTime();
      boolean failed = false;
      try {
        if (version.isEmpty()) {
          list();
        }
        watch();
      } catch (IOException | RuntimeException e) {
        failed = true;
        say(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
        if (e instanceof ApiServer.RefusedException) {
          version = ""; // Whatever is refused about it, a list is a new beginning.
        }
      }
      boolean soon = System.nanoTime() - began < SHORT;
      failures = soon ? failures + 1 : failed ? 1 : 0;
      pause(failures);
    }
  }

  private String path() {
    return "/apis/discovery.k8s.io/v1/namespaces/"
        + namespace
        + "/endpointslices?labelSelector="
        + URLEncoder.encode(Slice.SELECTOR, StandardCharsets.UTF_8);
  }

  private void list() throws IOException {
    Object answer;
    try (InputStream in = server.get(path(), SILENT_MILLIS)) {
      answer = ApiServer.read(in);
    }
    if (!(Slice.at(answer, "items") instanceof List<?> items)) {
      throw new IOException("the API server answered no list");
    }
    slices.clear();
    items.forEach(this::put);
    version = version(answer);
    tell();
  }

  private void watch() throws IOException {
    String path =
        path()
            + "&watch=true&allowWatchBookmarks=true&timeoutSeconds="
            + WATCH_SECONDS
            + "&resourceVersion="
            + version;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(server.get(path, SILENT_MILLIS), StandardCharsets.UTF_8))) {
      say("");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Object event = ApiServer.read(line);
        happened(Slice.text(Slice.at(event, "type")), Slice.at(event, "object"));
      }
    }
  }

  private void happened(String type, @Nullable Object object) throws IOException {
    switch (type) {
      case "ADDED", "MODIFIED" -> put(object);
      case "DELETED" -> slices.remove(name(object));
      case "BOOKMARK" -> {}
      // The version that was asked for is too old, mostly.
      default ->
          throw new ApiServer.RefusedException(
              type + " " + Slice.text(Slice.at(object, "message")));
    }
    version = version(object);
    if (!type.equals("BOOKMARK")) {
      tell();
    }
  }

  private void put(@Nullable Object object) {
    Slice.read(object)
        .ifPresentOrElse(s -> slices.put(name(object), s), () -> slices.remove(name(object)));
  }

  private static String name(@Nullable Object object) {
    return Slice.text(Slice.at(Slice.at(object, "metadata"), "name"));
  }

  private static String version(@Nullable Object object) {
    return Slice.text(Slice.at(Slice.at(object, "metadata"), "resourceVersion"));
  }

  private void tell() {
    told.accept(List.copyOf(slices.values()));
  }

  /** Says what is wrong, or that nothing is any more, once. */
  private void say(String now) {
    if (!now.equals(trouble) && !closed) {
      trouble = now;
      System.err.println(
          now.isEmpty()
              ? "gateway: follows the EndpointSlices of namespace " + namespace + " again"
              : "gateway: cannot follow the EndpointSlices of namespace "
                  + namespace
                  + ": "
                  + now
                  + "; it goes by what it knows and tries again");
    }
  }

  /** Somewhere in the upper half of the time, so that gateways do not all ask at once. */
  private void pause(int failures) {
    if (failures == 0) {
      return;
    }
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, failures - 1));
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
