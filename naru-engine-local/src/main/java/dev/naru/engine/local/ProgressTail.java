package dev.naru.engine.local;

import dev.naru.core.engine.Progress;
import dev.naru.core.engine.ProgressLine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** Follows one log for progress lines; reads only what was added since it last looked. */
final class ProgressTail {
  /** After a restart only the end of a log is looked at. */
  private static final int FIRST_LOOK = 64 << 10;

  private static final int CHUNK = 256 << 10;

  private final Path log;
  private final Clock clock;
  private long offset = -1;
  private String rest = "";
  private Optional<Progress> newest = Optional.empty();

  ProgressTail(Path log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** The newest progress line, empty where there is none yet. */
  synchronized Optional<Progress> look() {
    long size = size();
    if (offset < 0) {
      offset = Math.max(0, size - FIRST_LOOK);
    } else if (size < offset) {
      // It was rotated: the log is empty again.
      offset = 0;
      rest = "";
    }
    if (size > offset) {
      read(size);
    }
    return newest;
  }

  private long size() {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  private void read(long size) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      // Of a flood of output only the end matters.
      if (size - offset > 4L * CHUNK) {
        offset = size - CHUNK;
        rest = "";
      }
      byte[] bytes = new byte[(int) (size - offset)];
      file.seek(offset);
      file.readFully(bytes);
      offset = size;
      lines(rest + new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // Rotated while reading: the next look begins anew.
      rest = "";
    }
  }

  /** Latin-1 keeps the bytes of a character together that is cut in two here. */
  private void lines(String text) {
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (text.startsWith(ProgressLine.PREFIX, from)) {
        byte[] line = text.substring(from, end).getBytes(StandardCharsets.ISO_8859_1);
        ProgressLine.parse(
                new String(line, StandardCharsets.UTF_8).stripTrailing(), clock.instant())
            .ifPresent(p -> newest = Optional.of(p));
      }
      from = end + 1;
    }
    rest = text.length() - from > ProgressLine.MAX_CHARS ? "-" : text.substring(from);
  }
}
