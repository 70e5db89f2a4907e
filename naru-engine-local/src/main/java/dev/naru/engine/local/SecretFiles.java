package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Template;
import dev.naru.core.secret.Redactor;
import dev.naru.core.secret.Secrets;
import dev.naru.spec.SecretFile;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets of replicas, in memory only: {@code <tmpfs>/naru-<home>/<project>.<group>.<member>},
 * mode 0700, with the folder {@code files} that the replica reads, each file 0400, and {@code
 * redact}, a sed script that keeps values out of the replica's log.
 */
final class SecretFiles {
  /** The first stays when its user logs out, and is the same for each start of the server. */
  private static final List<String> PLACES = List.of("/dev/shm", "$XDG_RUNTIME_DIR");

  static final String NO_MEMORY =
      "engine process keeps secrets in memory only, and neither /dev/shm nor XDG_RUNTIME_DIR is a"
          + " writable tmpfs here; mount one, or use engine docker";

  private final Secrets secrets;
  private final Optional<Path> root;

  private SecretFiles(Secrets secrets, Optional<Path> root) {
    this.secrets = secrets;
    this.root = root;
  }

  /** Of a home, in the first place that is a tmpfs. */
  static SecretFiles of(Path home, Secrets secrets, Map<String, String> env) {
    String name = "naru-" + TreeDigest.ofText(home.toString()).substring(7, 23);
    return new SecretFiles(
        secrets,
        PLACES.stream()
            .map(p -> p.startsWith("$") ? env.getOrDefault(p.substring(1), "") : p)
            .filter(p -> !p.isEmpty())
            .map(Path::of)
            .filter(SecretFiles::isMemory)
            .findFirst()
            .map(p -> p.resolve(name)));
  }

  /** In a place that is not looked at. */
  static SecretFiles in(Optional<Path> root, Secrets secrets) {
    return new SecretFiles(secrets, root);
  }

  private static boolean isMemory(Path place) {
    try {
      return Files.isWritable(place) && Files.getFileStore(place).type().equals("tmpfs");
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether there is a place in memory. */
  boolean possible() {
    return root.isPresent();
  }

  /** Why a secret cannot be given; empty where it can. */
  Optional<String> trouble(String project, String name) {
    return SecretWords.trouble(secrets, project, name);
  }

  Redactor redactor(String project) {
    return secrets.redactor(project);
  }

  /** What came of it. */
  sealed interface Given {
    /**
     * All of them are there.
     *
     * @param folder holds folder and script
     */
    record All(Path folder) implements Given {}

    /**
     * Some cannot be given now.
     *
     * @param message in words, with the next step
     */
    record Missing(String message) implements Given {}
  }

  /** The folder of the files in what {@link Given.All} tells. */
  static Path files(Path folder) {
    return folder.resolve("files");
  }

  /** Puts the secrets of a replica where it finds them; may be done twice. */
  Given give(GroupId id, MemberDir dir, Template template) throws IOException {
    if (root.isEmpty()) {
      return new Given.Missing(NO_MEMORY);
    }
    List<byte[]> values = new ArrayList<>();
    for (SecretFile secret : template.secrets()) {
      try {
        Optional<byte[]> value = secrets.value(id.project(), secret.name());
        if (value.isEmpty()) {
          return new Given.Missing(SecretWords.missing(id.project(), secret.name()));
        }
        values.add(value.get());
      } catch (NaruException e) {
        return new Given.Missing(String.valueOf(e.getMessage()));
      }
    }
    Path folder =
        own(root.get()).resolve(id.project() + "." + id.name() + "." + dir.path().getFileName());
    Path files = files(folder);
    dir.writeSecrets(folder);
    makeFolder(files);
    for (int i = 0; i < values.size(); i++) {
      write(files.resolve(template.secrets().get(i).path()), values.get(i));
    }
    write(folder.resolve("redact"), script(secrets.redactor(id.project())));
    return new Given.All(folder);
  }

  private static byte[] script(Redactor redactor) {
    StringBuilder script = new StringBuilder();
    for (String text : redactor.texts()) {
      script
          .append("s/")
          .append(text.replaceAll("[\\\\/.*\\[\\]^$]", "\\\\$0"))
          .append('/')
          .append(Redactor.MASK)
          .append("/g\n");
    }
    return script.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** In a place that everybody may write to, a folder of that name may be somebody else's. */
  private static Path own(Path root) throws IOException {
    makeFolder(root);
    PosixFileAttributes now =
        Files.readAttributes(root, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Object owner = Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    String mode = PosixFilePermissions.toString(now.permissions());
    if (!now.isDirectory() || !owner.equals(me) || !mode.equals("rwx------")) {
      throw new NaruException(
          NaruException.Code.REFUSED,
          "cannot keep secrets in "
              + root
              + ": it is not a folder of this user alone (owner "
              + owner
              + ", "
              + mode
              + "); remove it");
    }
    return root;
  }

  private static void makeFolder(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** What is there with the same contents stays: somebody may be reading it. */
  private static void write(Path file, byte[] value) throws IOException {
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), value)) {
      return;
    }
    Path temporary = Durable.temporaryBeside(file);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(temporary, value, StandardOpenOption.WRITE);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--------"));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Removes the secrets of a replica that has ended, if it has any left. */
  void end(MemberDir dir) throws IOException {
    Optional<Path> folder = dir.secrets();
    if (folder.isPresent()) {
      Durable.deleteTree(folder.get());
      Files.deleteIfExists(dir.path().resolve("secrets"));
    }
  }

  /** Removes what belongs to no replica of the home: left by one who died, or of a lost home. */
  void sweep(GroupStore store) throws IOException {
    if (root.isEmpty() || !Files.isDirectory(root.get(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> known = new ArrayList<>();
    for (GroupFile file : store.all()) {
      for (MemberDir dir : store.members(file)) {
        dir.secrets().ifPresent(known::add);
      }
    }
    try (DirectoryStream<Path> members = Files.newDirectoryStream(root.get())) {
      for (Path member : members) {
        if (!known.contains(member)) {
          Durable.deleteTree(member);
        }
      }
    }
  }
}
