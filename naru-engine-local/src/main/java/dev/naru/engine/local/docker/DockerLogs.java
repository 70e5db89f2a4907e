package dev.naru.engine.local.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads what containers print, from the engine's bounded files. */
final class DockerLogs {
  private final Api api;

  DockerLogs(Api api) {
    this.api = api;
  }

  /** A reading that goes on. */
  static final class Reading extends ResultCallback.Adapter<Frame> {
    private final LineCutter out;
    private final LineCutter err;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean enough;

    Reading(Predicate<String> sink) {
      this.out = new LineCutter(sink);
      this.err = new LineCutter(sink);
    }

    @Override
    public void onNext(Frame frame) {
      LineCutter cutter = frame.getStreamType() == StreamType.STDERR ? err : out;
      if (!enough && !cutter.add(frame.getPayload())) {
        enough = true;
        stop();
      }
    }

    @Override
    public void onComplete() {
      super.onComplete();
      finish();
    }

    @Override
    public void onError(Throwable throwable) {
      // The container or the engine went away: what was read is all there is.
      finish();
      stop();
    }

    private void finish() {
      if (!enough) {
        enough = true;
        out.end();
        err.end();
      }
      done.countDown();
    }

    /** Ends the reading. */
    void stop() {
      enough = true;
      try {
        close();
      } catch (IOException e) {
        // Nothing is read any more.
        done.countDown();
      }
      done.countDown();
    }

    boolean over() {
      return done.getCount() == 0;
    }

    void await() throws InterruptedException {
      done.await();
    }
  }

  /** Begins to hand lines to {@code sink}, in a thread of the reading. */
  Reading open(String container, int tail, boolean follow, boolean times, Predicate<String> sink) {
    return api.call(
        "read a log",
        _ -> {
          LogContainerCmd cmd =
              api.streams()
                  .logContainerCmd(container)
                  .withStdOut(true)
                  .withStdErr(true)
                  .withTimestamps(times)
                  .withFollowStream(follow);
          return (tail < 0 ? cmd.withTailAll() : cmd.withTail(tail)).exec(new Reading(sink));
        });
  }

  /** Writes the whole log into a file, each line changed. */
  void copy(String container, Path file, UnaryOperator<String> change) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      @Nullable IOException[] failed = new @Nullable IOException[1];
      read(
          container,
          -1,
          false,
          false,
          line -> {
            try {
              out.write(change.apply(line));
              out.write('\n');
              return true;
            } catch (IOException e) {
              failed[0] = e;
              return false;
            }
          });
      if (failed[0] != null) {
        throw failed[0];
      }
    }
  }

  /** Hands lines to {@code sink} until they end or it has enough. */
  void read(String container, int tail, boolean follow, boolean times, Predicate<String> sink) {
    Reading reading = open(container, tail, follow, times, sink);
    try {
      reading.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reading.stop();
    }
  }
}
