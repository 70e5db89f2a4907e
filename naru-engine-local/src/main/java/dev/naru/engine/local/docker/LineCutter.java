package dev.naru.engine.local.docker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** Puts the pieces of one stream together to lines; not for several threads. */
final class LineCutter {
  /** A longer line is cut into pieces of this many bytes, as with plain processes. */
  static final int MAX_LINE = 64 << 10;

  private final Predicate<String> sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineCutter(Predicate<String> sink) {
    this.sink = sink;
  }

  /** False once the sink has enough. */
  boolean add(byte[] piece) {
    for (byte b : piece) {
      if (b != '\n') {
        line.write(b);
      }
      if ((b == '\n' || line.size() >= MAX_LINE) && !emit()) {
        return false;
      }
    }
    return true;
  }

  /** What stands there without the end of a line is a line too, when no more comes. */
  void end() {
    if (line.size() > 0) {
      emit();
    }
  }

  private boolean emit() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return sink.test(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
