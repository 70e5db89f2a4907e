package dev.naru.engine.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The log files of replicas: {@code log} and, once it has grown, {@code log.1} and {@code log.2}.
 * Replicas append (O_APPEND), so their log can be copied and cut while they write.
 */
final class Logs {
  /** A longer line is cut into pieces of this many bytes. */
  static final int MAX_LINE = 64 << 10;

  private final long rotateAt;

  /**
   * @param rotateAt bytes from which a log is rotated
   */
  Logs(long rotateAt) {
    this.rotateAt = rotateAt;
  }

  /** Copies a log away and cuts it, where it has grown too large. */
  void rotate(Path log) throws IOException {
    if (!Files.exists(log) || Files.size(log) < rotateAt) {
      return;
    }
    Path first = numbered(log, 1);
    if (Files.exists(first)) {
      Files.move(first, numbered(log, 2), StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel from =
            FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to =
            FileChannel.open(first, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long copied = 0;
      // Lines written between the last copy and the cut would be lost: copy until nothing is new.
      while (copied < from.size()) {
        copied += from.transferTo(copied, from.size() - copied, to);
      }
      from.truncate(0);
    }
  }

  private static Path numbered(Path log, int number) {
    return log.resolveSibling(log.getFileName() + "." + number);
  }

  /**
   * Hands lines on, oldest first.
   *
   * @param tail that many last lines first; -1 for all
   * @param more whether to wait for further lines
   */
  static void read(Path log, int tail, BooleanSupplier more, Predicate<String> sink)
      throws IOException, InterruptedException {
    Deque<String> kept = new ArrayDeque<>();
    boolean[] wanted = {true};
    Predicate<String> first =
        tail < 0
            ? sink
            : line -> {
              kept.add(line);
              if (kept.size() > tail) {
                kept.removeFirst();
              }
              return true;
            };
    Cursor cursor = new Cursor(line -> wanted[0] = wanted[0] && first.test(line));
    for (Path old : List.of(numbered(log, 2), numbered(log, 1))) {
      cursor.at = 0;
      cursor.drain(old);
    }
    cursor.at = 0;
    boolean last = !more.getAsBoolean();
    cursor.drain(log);
    if (last) {
      cursor.end();
    }
    for (String line : kept) {
      if (wanted[0]) {
        wanted[0] = sink.test(line);
      }
    }
    cursor.sink = line -> wanted[0] = wanted[0] && sink.test(line);
    while (!last && wanted[0]) {
      // Asked before reading: what was written until the end is then read for certain.
      last = !more.getAsBoolean();
      cursor.follow(log);
      if (last) {
        cursor.end();
      } else if (wanted[0]) {
        Thread.sleep(50);
      }
    }
  }

  /** Where reading has come to. */
  private static final class Cursor {
    private Predicate<String> sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long at;

    Cursor(Predicate<String> sink) {
      this.sink = sink;
    }

    /** Reads on, through a rotation. */
    void follow(Path log) throws IOException {
      if (Files.exists(log) && Files.size(log) < at) {
        drain(numbered(log, 1));
        at = 0;
      }
      drain(log);
    }

    void drain(Path file) throws IOException {
      if (!Files.exists(file)) {
        return;
      }
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        in.seek(at);
        byte[] buffer = new byte[64 << 10];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
          at += n;
          for (int i = 0; i < n; i++) {
            if (!add(buffer[i])) {
              return;
            }
          }
        }
      }
    }

    private boolean add(byte b) {
      if (b != '\n') {
        line.write(b);
        return line.size() < MAX_LINE || emit();
      }
      return emit();
    }

    private boolean emit() {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      return sink.test(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** What stands there without the end of a line is a line too, when no more comes. */
    void end() {
      if (line.size() > 0) {
        emit();
      }
    }
  }
}
