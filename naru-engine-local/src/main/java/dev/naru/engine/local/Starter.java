package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Template;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Starts the parents of replicas. A replica that has one already is not started again. */
final class Starter {
  /** A parent that was just started may not have said so yet. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Layout layout;
  private final Launcher launcher;
  private final Cgroups cgroups;
  private final Proc proc;
  private final SecretFiles secrets;
  private final Clock clock;
  private final String setsid;
  private final Path script;
  private final Map<Path, Instant> started = new ConcurrentHashMap<>();

  Starter(
      Layout layout,
      Launcher launcher,
      Cgroups cgroups,
      Proc proc,
      SecretFiles secrets,
      Clock clock)
      throws IOException {
    this.layout = layout;
    this.launcher = launcher;
    this.cgroups = cgroups;
    this.proc = proc;
    this.secrets = secrets;
    this.clock = clock;
    this.setsid = setsid();
    this.script = script(layout);
  }

  private static String setsid() {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin";
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder).resolve("setsid");
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new NaruException(
        NaruException.Code.REFUSED,
        "engine process cannot start replicas: there is no setsid on the path; install util-linux");
  }

  /** One copy for each version of it: what runs keeps the one that it was started with. */
  private static Path script(Layout layout) throws IOException {
    try (InputStream in = Starter.class.getResourceAsStream("member.sh")) {
      if (in == null) {
        throw new IOException("member.sh is missing in the jar of naru-engine-local");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String digest = dev.naru.spec.TreeDigest.ofText(text).substring("sha256:".length());
      Path file = layout.home().resolve("engine/member-" + digest.substring(0, 12) + ".sh");
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Durable.write(file, text);
      }
      return file;
    }
  }

  /** Starts a member where nobody has; what cannot be started ends with an exit code and words. */
  void start(GroupFile file, MemberDir dir) throws IOException {
    if (!(dir.claim() instanceof MemberDir.Claim.None) || justStarted(dir)) {
      return;
    }
    Files.createDirectories(dir.cwd());
    try {
      launch(file, dir);
    } catch (NaruException e) {
      // Keys or secrets of the home cannot be read: that may be mended at any time.
      say(dir, String.valueOf(e.getMessage()));
    }
  }

  private void launch(GroupFile file, MemberDir dir) throws IOException {
    int port = file.ports().getOrDefault(dir.member(), 0);
    switch (launcher.launch(file.group().template(), dir, port)) {
      case Launch.Wait wait -> say(dir, wait.message());
      case Launch.Impossible impossible -> giveUp(dir, impossible.code(), impossible.message());
      case Launch.Ready ready -> {
        try {
          startWithSecrets(file, dir, ready);
        } catch (IOException | IllegalArgumentException e) {
          giveUp(dir, 1, "cannot start the process: " + e.getMessage());
        }
      }
    }
  }

  private static void say(MemberDir dir, String message) throws IOException {
    if (!dir.message().equals(message)) {
      dir.writeMessage(message);
    }
  }

  /** What is missing is waited for: a secret may be set at any time. */
  private void startWithSecrets(GroupFile file, MemberDir dir, Launch.Ready ready)
      throws IOException {
    if (file.group().template().secrets().isEmpty()) {
      start(file, dir, ready);
      return;
    }
    switch (secrets.give(file.group().id(), dir, file.group().template())) {
      case SecretFiles.Given.Missing missing -> say(dir, missing.message());
      case SecretFiles.Given.All all -> {
        Map<String, String> env = new TreeMap<>(ready.env());
        env.put(Template.SECRETS_DIR, SecretFiles.files(all.folder()).toString());
        start(file, dir, new Launch.Ready(ready.command(), ready.directory(), env));
      }
    }
  }

  private boolean justStarted(MemberDir dir) {
    Instant before = started.get(dir.path());
    return before != null && before.plus(AGAIN).isAfter(clock.instant());
  }

  private void start(GroupFile file, MemberDir dir, Launch.Ready ready) throws IOException {
    for (Dir d : file.group().template().dirs()) {
      if (d.writable()) {
        Files.createDirectories(layout.place(d.location()));
      }
    }
    Files.deleteIfExists(dir.path().resolve("message"));
    dir.writeCgroups(
        cgroups.make(
            cgroupName(file.group().id(), dir),
            file.group().template().resources(),
            file.group().template().limits()));
    List<String> command = new ArrayList<>();
    command.add(setsid);
    command.add("/bin/sh");
    command.add(script.toString());
    command.add(dir.path().toString());
    command.addAll(ready.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ready.directory().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(Environment.of(file, dir, layout, System.getenv(), ready.env()));
    started.put(dir.path(), clock.instant());
    builder.start();
  }

  private static String cgroupName(GroupId id, MemberDir dir) {
    return id.project() + "." + id.name() + "." + dir.member();
  }

  private void giveUp(MemberDir dir, int code, String message) throws IOException {
    if (dir.forbid(proc.bootId())) {
      dir.writeMessage(message);
      Files.writeString(dir.log(), "naru: " + message + "\n");
      dir.writeExit(code, Exit.Cause.EXITED);
    }
  }

  /** Forgets what is remembered of a directory that is gone. */
  void forget(MemberDir dir) {
    started.remove(dir.path());
  }
}
