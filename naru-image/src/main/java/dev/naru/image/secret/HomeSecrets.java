package dev.naru.image.secret;

import dev.naru.core.secret.Redactor;
import dev.naru.core.secret.Secrets;
import dev.naru.image.Disk;
import dev.naru.image.Trouble;
import dev.naru.spec.Metadata;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The secrets of a home: {@code secrets/<project>/<name>}, one encrypted file for each, replaced
 * whole. Three lines: the format, when it was set, the closed box in base64. Project, name and time
 * are authenticated with the value, so a file that is moved to another name does not open.
 */
public final class HomeSecrets implements Secrets {
  /** Most bytes of a value. */
  public static final int MOST = 64 * 1024;

  private static final String FORMAT = "naru secret 1";

  /** Two changes within one tick of the file system's clock would look the same. */
  private static final long STILL_MILLIS = 100;

  private final Path folder;
  private final SecretBox box;
  private final Clock clock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** What hides a project's values, and how its folder looked when that was made. */
  private record Known(String look, Redactor redactor) {}

  /** What one file says. */
  private record Kept(HomeSecret secret, String closed) {
    String about() {
      return HomeSecrets.about(secret);
    }
  }

  /**
   * Of a home.
   *
   * @param home the folder of the home; {@code secrets} in it is made with the first one
   */
  public HomeSecrets(Path home, Clock clock) {
    this.folder = home.resolve("secrets");
    this.box = new SecretBox(home);
    this.clock = clock;
  }

  private static String about(HomeSecret secret) {
    return String.join("\n", FORMAT, secret.project(), secret.name(), secret.changed().toString());
  }

  /**
   * Sets a value.
   *
   * @param value 1 to {@link #MOST} bytes, kept as they are
   * @return whether the secret is new
   * @throws dev.naru.core.NaruException INVALID for another name or size
   */
  public boolean set(String project, String name, byte[] value) {
    check(project, name);
    if (value.length == 0 || value.length > MOST) {
      throw Trouble.invalid(
          "cannot set the secret '%s': expected 1 to %d bytes, found %s"
              .formatted(name, MOST, value.length == 0 ? "none" : value.length));
    }
    HomeSecret secret =
        new HomeSecret(project, name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    Path file = file(project, name);
    try {
      Disk.secretFolder(folder.resolve(project));
      boolean fresh = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      String closed = Base64.getEncoder().encodeToString(box.close(value, about(secret)));
      String text = FORMAT + "\n" + secret.changed() + "\n" + closed + "\n";
      Disk.writeSecret(file, text.getBytes(StandardCharsets.US_ASCII));
      return fresh;
    } catch (IOException e) {
      throw Trouble.of("cannot set the secret '" + name + "'", e);
    }
  }

  /**
   * Removes a secret.
   *
   * @throws dev.naru.core.NaruException NOT_FOUND where there is none
   */
  public void remove(String project, String name) {
    check(project, name);
    try {
      if (!Files.deleteIfExists(file(project, name))) {
        throw Trouble.notFound(
            "cannot remove the secret '"
                + name
                + "': project "
                + project
                + " has none of that name; naru secret list shows them");
      }
    } catch (IOException e) {
      throw Trouble.of("cannot remove the secret '" + name + "'", e);
    }
  }

  /** All secrets of the home, by project and name; their values are not looked at. */
  public List<HomeSecret> list() {
    List<HomeSecret> all = new ArrayList<>();
    try {
      for (String project : names(folder)) {
        all.addAll(list(project));
      }
      return all;
    } catch (IOException e) {
      throw Trouble.of("cannot list the secrets", e);
    }
  }

  /** Those of a project, by name. */
  public List<HomeSecret> list(String project) {
    List<HomeSecret> all = new ArrayList<>();
    try {
      for (String name : names(folder.resolve(project))) {
        read(project, name).ifPresent(k -> all.add(k.secret()));
      }
      return all;
    } catch (IOException e) {
      throw Trouble.of("cannot list the secrets", e);
    }
  }

  @Override
  public Optional<byte[]> value(String project, String name) {
    check(project, name);
    try {
      Optional<Kept> kept = read(project, name);
      return kept.isEmpty() ? Optional.empty() : Optional.of(open(kept.get()));
    } catch (IOException e) {
      throw Trouble.of("cannot read the secret '" + name + "'", e);
    }
  }

  private byte[] open(Kept kept) throws IOException {
    try {
      return box.open(Base64.getDecoder().decode(kept.closed()), kept.about());
    } catch (IllegalArgumentException e) {
      throw damaged(kept.secret().project(), kept.secret().name(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Redactor redactor(String project) {
    Path of = folder.resolve(project);
    try {
      String look = look(of);
      Known before = known.get(project);
      if (before != null && before.look().equals(look)) {
        return before.redactor();
      }
      List<byte[]> values = new ArrayList<>();
      for (String name : names(of)) {
        value(project, name).ifPresent(values::add);
      }
      Redactor redactor = Redactor.of(values);
      if (clock.millis() - modified(of) > STILL_MILLIS) {
        known.put(project, new Known(look, redactor));
      }
      return redactor;
    } catch (IOException e) {
      throw Trouble.of("cannot read the secrets of project " + project, e);
    }
  }

  /** Every change of a secret is a change of its folder. */
  private static String look(Path folder) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(folder, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.fileKey();
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private static long modified(Path folder) throws IOException {
    return Files.exists(folder) ? Files.getLastModifiedTime(folder).toMillis() : 0;
  }

  private Path file(String project, String name) {
    return folder.resolve(project).resolve(name);
  }

  private static void check(String project, String name) {
    for (String word : List.of(project, name)) {
      if (!Metadata.isName(word)) {
        throw Trouble.invalid(
            "cannot use '"
                + word
                + "' as the name of a secret or its project: expected "
                + Metadata.NAME_WORDS
                + ", at most "
                + Metadata.NAME_LENGTH
                + " characters");
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(Metadata::isName).sorted().toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private Optional<Kept> read(String project, String name) throws IOException {
    try {
      String[] lines =
          Files.readString(file(project, name), StandardCharsets.US_ASCII).split("\n", -1);
      if (lines.length != 4 || !lines[0].equals(FORMAT) || !lines[3].isEmpty()) {
        throw damaged(project, name, "expected three lines, '" + FORMAT + "' first");
      }
      Instant changed = Instant.parse(lines[1]);
      byte[] closed = Base64.getDecoder().decode(lines[2]);
      if (!changed.toString().equals(lines[1])
          || !Base64.getEncoder().encodeToString(closed).equals(lines[2])) {
        throw damaged(project, name, "its time or its text is not as it was written");
      }
      return Optional.of(new Kept(new HomeSecret(project, name, changed), lines[2]));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (CharacterCodingException | DateTimeException | IllegalArgumentException _) {
      throw damaged(project, name, "its time or its text cannot be read");
    }
  }

  private RuntimeException damaged(String project, String name, String how) {
    return Trouble.failed(
        "cannot read the secret '%s' of project %s: %s is damaged: %s; set it again by naru secret set %s -p %s"
            .formatted(name, project, file(project, name), how, name, project));
  }
}
