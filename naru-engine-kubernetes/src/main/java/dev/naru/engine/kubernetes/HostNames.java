package dev.naru.engine.kubernetes;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Addresses of names of the outside. Whoever asks waits a moment at most: a name server that is
 * slow, or a name that nobody knows, holds nothing up. What was known of a name counts until it is
 * known better.
 */
final class HostNames {
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("looks a name up").start(task);

  private final Lookup lookup;
  private final Duration patience;
  private final Map<String, CompletableFuture<List<String>>> asked = new ConcurrentHashMap<>();
  private final Map<String, List<String>> newest = new ConcurrentHashMap<>();

  /** How a name is looked up. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] of(String name) throws UnknownHostException;
  }

  HostNames(Lookup lookup, Duration patience) {
    this.lookup = lookup;
    this.patience = patience;
  }

  /** In order; none where nothing is known yet. */
  List<String> of(String name) {
    CompletableFuture<List<String>> answer =
        asked.computeIfAbsent(name, n -> CompletableFuture.supplyAsync(() -> look(n), THREADS));
    try {
      List<String> found = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      asked.remove(name, answer);
      if (!found.isEmpty()) {
        newest.put(name, found);
      }
    } catch (TimeoutException e) {
      return newest.getOrDefault(name, List.of()); // the next who asks finds the answer
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      asked.remove(name, answer);
    }
    return newest.getOrDefault(name, List.of());
  }

  private List<String> look(String name) {
    try {
      return Arrays.stream(lookup.of(name)).map(InetAddress::getHostAddress).sorted().toList();
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
