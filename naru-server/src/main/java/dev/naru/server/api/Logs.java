package dev.naru.server.api;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.LogQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Logs as lines of text; of several replicas each line says whose it is. */
final class Logs {
  private static final int ALL = -1;

  private final OutputStream out;

  /** One writer at a time: several replicas are followed at once. */
  private final ReentrantLock writing = new ReentrantLock();

  private final AtomicBoolean gone = new AtomicBoolean();

  private Logs(OutputStream out) {
    this.out = out;
  }

  static void answer(Call call, Control control, Streams streams)
      throws IOException, InterruptedException {
    Live live =
        control
            .live(call.key())
            .orElseThrow(() -> new NaruException(Code.NOT_FOUND, "there is no " + call.key()));
    List<LogTargets.Target> targets =
        LogTargets.of(
            live,
            new LogTargets.Wanted(
                call.number("index", 0, 999),
                call.number("run", 1, Integer.MAX_VALUE),
                call.number("attempt", 1, Integer.MAX_VALUE)));
    int tail = call.number("tail", ALL, Integer.MAX_VALUE).orElse(ALL);
    boolean follow = call.truth("follow");
    Engine engine = control.engine(live.stored().key().project());
    call.response().header("Content-Type", "text/plain; charset=utf-8");
    call.response().header("X-Naru-Replica", names(targets));
    try (OutputStream out = call.response().outputStream()) {
      out.flush();
      new Logs(out).send(engine, targets, tail, follow, streams);
    }
  }

  private static String names(List<LogTargets.Target> targets) {
    return String.join(
        ",", targets.stream().map(t -> t.group().name() + "/" + t.member()).toList());
  }

  private void send(
      Engine engine, List<LogTargets.Target> targets, int tail, boolean follow, Streams streams)
      throws InterruptedException {
    boolean one = targets.size() == 1;
    if (!follow) {
      for (LogTargets.Target target : targets) {
        read(engine, target, new LogQuery(target.group(), target.member(), tail, false), one);
      }
      return;
    }
    List<Thread> readers = new ArrayList<>();
    for (LogTargets.Target target : targets) {
      LogQuery query = new LogQuery(target.group(), target.member(), tail, true);
      readers.add(Thread.ofVirtual().name("log").start(() -> read(engine, target, query, one)));
    }
    Thread here = Thread.currentThread();
    Streams.End end =
        () -> {
          gone.set(true);
          here.interrupt();
        };
    streams.add(end);
    try {
      for (Thread reader : readers) {
        reader.join();
      }
    } catch (InterruptedException e) {
      readers.forEach(Thread::interrupt);
      if (!gone.get()) {
        throw e;
      }
    } finally {
      streams.remove(end);
    }
  }

  private void read(Engine engine, LogTargets.Target target, LogQuery query, boolean one) {
    String prefix = one ? "" : "[" + target.label() + "] ";
    try {
      engine.logs(query, line -> write(prefix + line + "\n"));
    } catch (NaruException e) {
      write(prefix + "naru: " + e.getMessage() + "\n");
    }
  }

  /** Whether the client is still there. */
  private boolean write(String line) {
    writing.lock();
    try {
      if (!gone.get()) {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException | UncheckedIOException e) {
      gone.set(true);
    } finally {
      writing.unlock();
    }
    return !gone.get();
  }
}
