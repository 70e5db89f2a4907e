package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of the control plane: one line a record, {@code <time> <LEVEL> <logger> <message>
 * key=value}. At {@link #MOST_BYTES} it is renamed to {@code server.log.1}, the one before to
 * {@code .2}, and so on; {@link #KEPT} of them are kept. Its rights are the home's: the owner's.
 */
final class LogFile extends Handler {
  /** Size at which a log is put away: 4 MiB. */
  static final long MOST_BYTES = 4L << 20;

  /** Logs that are kept beside the present one. */
  static final int KEPT = 3;

  /**
   * Their lines about sockets and features say nothing that ours do not. Held here, for a logger
   * that nobody holds forgets its level.
   */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final Logger DOCKER = Logger.getLogger("com.github.dockerjava.zerodep.shaded");

  private final Path file;
  private final long most;
  private OutputStream out;
  private long size;

  LogFile(Path file, long most) throws IOException {
    this.file = file;
    this.most = most;
    this.out = append(file);
    this.size = Files.size(file);
    setFormatter(new LogLine());
  }

  private static OutputStream append(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Sends all logging of this process there, and nowhere else. */
  static LogFile install(Path file) {
    try {
      LogFile log = new LogFile(file, MOST_BYTES);
      LogManager.getLogManager().reset();
      Logger root = Logger.getLogger("");
      root.setLevel(Level.INFO);
      root.addHandler(log);
      HELIDON.setLevel(Level.WARNING);
      DOCKER.setLevel(Level.WARNING);
      return log;
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot write the log " + file + ": " + e, e);
    }
  }

  @Override
  public synchronized void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
    try {
      if (size + line.length > most && size > 0) {
        rotate();
      }
      out.write(line);
      size += line.length;
    } catch (IOException e) {
      reportError("cannot write " + file, e, ErrorManager.WRITE_FAILURE);
    }
  }

  private void rotate() throws IOException {
    out.close();
    for (int i = KEPT; i > 0; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    out = append(file);
    size = 0;
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void flush() {
    // Every line is written at once.
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      reportError("cannot close " + file, e, ErrorManager.CLOSE_FAILURE);
    }
  }
}
