package dev.naru.engine.local.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A workload that tries what it must not: prints a line {@code NAME=...} for each try. What it asks
 * the kernel for, it asks itself, for its image has no program that would.
 */
public final class Breaker {
  private static final int EPERM = 1;
  private static final int CHARACTER_DEVICE = 0020666;
  private static final long NULL_DEVICE = 1 << 8 | 3;
  private static final int NEW_USER_NAMESPACE = 0x10000000;
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private Breaker() {}

  /** Tries everything, then waits to be stopped. */
  public static void main(String[] words) throws Throwable {
    for (String path : List.of("/new", "/etc/new", "/jre/new", "/app/new", "/sys/new")) {
      say("write " + path, written(Path.of(path)));
    }
    say("uid 0", kernel("setuid", 0));
    say("gid 0", kernel("setgid", 0));
    say("root", kernel("chroot", "/tmp"));
    say("device", kernel("mknod", "/tmp/device", CHARACTER_DEVICE, NULL_DEVICE));
    say("mount", kernel("mount", "none", "/tmp", "tmpfs", 0L, MemorySegment.NULL));
    say("namespace", kernel("unshare", NEW_USER_NAMESPACE));
    say("/tmp MiB", filled(Path.of("/tmp/fill")));
    say("/dev/shm MiB", filled(Path.of("/dev/shm/fill")));
    say("outside", reached("192.0.2.1", 80));
    say("default routes", routes());
    say("threads", threads());
    System.out.println("done");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void say(String what, Object came) {
    System.out.println(what + "=" + came);
  }

  private static String written(Path file) {
    try {
      Files.writeString(file, "x");
      return "written";
    } catch (IOException e) {
      return "refused";
    }
  }

  /** What the kernel answers: {@code EPERM}, another number, or {@code done}. */
  @SuppressWarnings("restricted") // to ask the kernel itself is what this is for
  private static String kernel(String call, Object... arguments) throws Throwable {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      List<MemoryLayout> layouts = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      MemorySegment state = arena.allocate(STATE);
      values.add(state);
      for (Object argument : arguments) {
        switch (argument) {
          case Integer _ -> layouts.add(ValueLayout.JAVA_INT);
          case Long _ -> layouts.add(ValueLayout.JAVA_LONG);
          default -> layouts.add(ValueLayout.ADDRESS);
        }
        values.add(argument instanceof String text ? arena.allocateFrom(text) : argument);
      }
      MethodHandle handle =
          linker.downcallHandle(
              linker.defaultLookup().find(call).orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts.toArray(MemoryLayout[]::new)),
              Linker.Option.captureCallState("errno"));
      if ((int) handle.invokeWithArguments(values) == 0) {
        return "done";
      }
      int errno = state.get(ValueLayout.JAVA_INT, 0);
      return errno == EPERM ? "EPERM" : "errno " + errno;
    }
  }

  /** Mebibytes that found room. */
  private static int filled(Path file) throws IOException {
    byte[] mebibyte = new byte[1 << 20];
    int n = 0;
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (; n < 1024; n++) {
        out.write(mebibyte);
      }
    } catch (IOException e) {
      say("full", String.valueOf(e.getMessage()));
    }
    Files.delete(file);
    return n;
  }

  private static String reached(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return "reached";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static long routes() throws IOException {
    return Files.readAllLines(Path.of("/proc/net/route")).stream()
        .skip(1)
        .filter(l -> l.split("\t", -1)[1].equals("00000000"))
        .count();
  }

  private static int threads() {
    int n = 0;
    try {
      for (; n < 5000; n++) {
        Thread.ofPlatform()
            .daemon()
            .stackSize(64 << 10)
            .start(() -> {
              try {
                Thread.sleep(Long.MAX_VALUE);
              } catch (InterruptedException e) {
                return;
              }
            });
      }
    } catch (OutOfMemoryError e) {
      return n;
    }
    return n;
  }
}
