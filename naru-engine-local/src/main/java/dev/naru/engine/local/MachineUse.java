package dev.naru.engine.local;

import dev.naru.spec.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What anything on this machine uses.
 *
 * @param cpu processor time since boot, all cores added up
 * @param memory in use, without what the system could give back
 */
public record MachineUse(Duration cpu, Bytes memory) {
  /** Reads it; Linux only. */
  public static MachineUse now() {
    try {
      Proc proc = new Proc(Path.of("/proc"));
      return new MachineUse(proc.cpu(), new Bytes(Math.max(0, proc.memoryInUse())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
