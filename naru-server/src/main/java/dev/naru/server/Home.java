package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The folder of a home: {@code $NARU_HOME}, else {@code ~/.naru}. Only its owner may enter it.
 *
 * @param folder absolute
 */
public record Home(Path folder) {
  private static final int TOKEN_BYTES = 32;

  /** Opens a home, makes it where there is none, and closes it to everybody else. */
  public static Home open(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(absolute.resolve("logs"));
      return new Home(absolute);
    } catch (IOException e) {
      throw new NaruException(
          Code.INTERNAL,
          "cannot use the home " + absolute + ": " + e + "; set NARU_HOME to a folder of your own",
          e);
    }
  }

  /** The database of an engine: what runs on one is not on another. */
  public Path database(String engine) {
    return folder.resolve(engine.equals(EngineName.PROCESS) ? "naru.db" : "naru-" + engine + ".db");
  }

  /** Holds the name of the engine that the control plane was started with last. */
  public Path engineName() {
    return folder.resolve("engine/name");
  }

  /** The log of the control plane. */
  public Path log() {
    return folder.resolve("logs/server.log");
  }

  /** Where the server's pid is. */
  public Path serverPid() {
    return folder.resolve("server.pid");
  }

  /**
   * The token that API and admin port are guarded by: 64 hexadecimal digits, made on first use,
   * readable by the owner only.
   */
  public String token() {
    Path file = folder.resolve("token");
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        create(file, HexFormat.of().formatHex(random));
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      String token = Files.readString(file).strip();
      if (!token.matches("[0-9a-f]{64}")) {
        throw new NaruException(
            Code.INTERNAL,
            "cannot use "
                + file
                + ": expected 64 hexadecimal digits; remove the file to get a new"
                + " token");
      }
      return token;
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot use " + file + ": " + e, e);
    }
  }

  private static void create(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(temporary, text, StandardOpenOption.DSYNC);
    try {
      Files.createLink(file, temporary); // never replaces a token that somebody else just made
    } catch (FileAlreadyExistsException e) {
      // The other one's counts.
    } finally {
      Files.delete(temporary);
    }
  }
}
