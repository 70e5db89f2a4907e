package dev.naru.serving.gateway;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts a table on disk, on a thread of its own because a disk may be slow, and then to work. */
final class RoutesWriter {
  private final RoutesFile file;
  private final EventLoop loop;
  private final Tables tables;

  /** One thread, which ends when it has had nothing to do. */
  private final ExecutorService disk;

  RoutesWriter(RoutesFile file, EventLoop loop, Tables tables) {
    this.file = file;
    this.loop = loop;
    this.tables = tables;
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("routes").daemon().factory());
    executor.allowCoreThreadTimeOut(true);
    this.disk = executor;
  }

  /**
   * Saves and applies, in the order of the calls.
   *
   * @param json the table as it was sent
   * @param then told on the loop: null when done, or why the table could not be saved (then the old
   *     one stays)
   */
  void replace(RoutingTable table, byte[] json, Consumer<@Nullable String> then) {
    disk.execute(() -> {
      String problem = save(json);
      loop.execute(() -> {
        if (problem == null) {
          tables.pushed(table);
        }
        then.accept(problem);
      });
    });
  }

  private @Nullable String save(byte[] json) {
    try {
      file.save(json);
      return null;
    } catch (IOException e) {
      return "cannot save the routing table: " + e;
    }
  }
}
