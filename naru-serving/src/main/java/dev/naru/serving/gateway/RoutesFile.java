package dev.naru.serving.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The last routing table on disk: whole and durable after {@link #save}, whatever dies when. */
final class RoutesFile {
  private final Path file;

  RoutesFile(Path home) {
    this.file = home.resolve("gateway-routes.json");
  }

  /**
   * The table saved last, or an empty one where there is none yet.
   *
   * @throws RoutesReader.BadRoutesException if the file is not a table
   */
  RoutingTable load() throws IOException, RoutesReader.BadRoutesException {
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return RoutingTable.empty();
    }
    return RoutesReader.read(json);
  }

  /** Replaces the file: temporary name, fsync, rename, fsync of the folder. */
  void save(byte[] json) throws IOException {
    write(file, json);
  }

  static void write(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
