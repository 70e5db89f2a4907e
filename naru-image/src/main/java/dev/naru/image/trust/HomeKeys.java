package dev.naru.image.trust;

import dev.naru.image.Disk;
import dev.naru.image.Trouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The keys of a home: {@code keys/keys.json} names them all with their public halves, {@code
 * keys/<id>.pem} (PKCS#8, mode 0600) is the private half of the current one, unless a token has it.
 * At most one key is current; the private half of any other is removed, so that nothing new can be
 * signed with it.
 *
 * <p>Several processes may use a home at once: changes are made under a lock file, each in one
 * step. A crash between writing a private half and naming its key leaves a file that no one reads.
 */
public final class HomeKeys {
  private static final int LEAST_DIGITS = 8;
  private static final int MOST_REASON = 200;

  /** Most keys of a home; each is tried on each signature. */
  private static final int MOST = KeySet.MOST;

  /** Threads of one process cannot wait for each other by a file's lock. */
  private static final ReentrantLock TURN = new ReentrantLock();

  private final Path folder;
  private final Clock clock;

  /**
   * Of a home.
   *
   * @param home the folder of the home; {@code keys} in it is made when a key is
   */
  public HomeKeys(Path home, Clock clock) {
    this.folder = home.resolve("keys");
    this.clock = clock;
  }

  /** All keys, the oldest first. */
  public List<HomeKey> list() {
    return read();
  }

  /** What counts where no policy says otherwise: the home's own keys. */
  public KeySet keySet() {
    List<HomeKey> all = read();
    return new KeySet(
        all.stream().filter(k -> !isRevoked(k)).map(HomeKey::key).toList(),
        all.stream().filter(HomeKeys::isRevoked).map(HomeKey::key).toList());
  }

  private static boolean isRevoked(HomeKey key) {
    return key.state() == HomeKey.State.REVOKED;
  }

  /** The key that signs; empty where none was made, or the last one was revoked. */
  public Optional<HomeKey> current() {
    return current(read());
  }

  private static Optional<HomeKey> current(List<HomeKey> all) {
    return all.stream().filter(k -> k.state() == HomeKey.State.CURRENT).findFirst();
  }

  /** The key that signs, made where there is none. */
  public SignKey signing() {
    return change(all -> {
      Optional<HomeKey> current = current(all);
      return current.isPresent() ? secret(current.get()) : add(all, Optional.empty());
    });
  }

  /**
   * Makes the first key, or takes it from a token.
   *
   * @param token where its private half is and stays; empty to make one in the home
   * @throws dev.naru.core.NaruException CONFLICT where there is a current one
   */
  public VerifyKey create(Optional<Token> token) {
    return change(all -> {
      current(all)
          .ifPresent(k -> {
            throw Trouble.conflict(
                "cannot create a key: there is "
                    + k.key()
                    + ", which signs; replace it by naru keys rotate");
          });
      return add(all, token).shown();
    });
  }

  /**
   * Makes a new key that signs from now on, or takes it from a token; what earlier ones signed
   * stays accepted.
   *
   * @param token where its private half is and stays; empty to make one in the home
   */
  public VerifyKey rotate(Optional<Token> token) {
    return change(all -> {
      all.replaceAll(k -> k.state() == HomeKey.State.CURRENT ? k.old() : k);
      return add(all, token).shown();
    });
  }

  /**
   * Refuses from now on what a key signed. Revoking a revoked key changes nothing.
   *
   * @param id at least the first 8 digits of its identity
   * @param reason at most 200 characters; may be empty
   * @throws dev.naru.core.NaruException NOT_FOUND where no key, or more than one, begins so
   */
  public HomeKey revoke(String id, String reason) {
    if (reason.length() > MOST_REASON) {
      throw Trouble.invalid(
          "cannot revoke the key '"
              + id
              + "': the reason has "
              + reason.length()
              + " characters, the limit is "
              + MOST_REASON
              + "; shorten it");
    }
    return change(all -> {
      HomeKey found = find(all, id);
      if (isRevoked(found)) {
        return found;
      }
      HomeKey gone = found.revoked(clock.instant().truncatedTo(ChronoUnit.SECONDS), reason);
      all.replaceAll(k -> k.equals(found) ? gone : k);
      write(all);
      return gone;
    });
  }

  /**
   * One key.
   *
   * @param id at least the first 8 digits of its identity
   * @throws dev.naru.core.NaruException NOT_FOUND where no key, or more than one, begins so
   */
  public HomeKey find(String id) {
    return find(read(), id);
  }

  private HomeKey find(List<HomeKey> all, String id) {
    String digits = id.toLowerCase(Locale.ROOT);
    List<HomeKey> found = all.stream().filter(k -> k.key().id().startsWith(digits)).toList();
    if (!digits.matches("[0-9a-f]{" + LEAST_DIGITS + ",64}") || found.size() != 1) {
      throw Trouble.notFound(
          "cannot find the key '"
              + id
              + "' in "
              + folder
              + ": expected the first "
              + LEAST_DIGITS
              + " or more hexadecimal digits of one key; naru keys list shows them");
    }
    return found.getFirst();
  }

  private SignKey add(List<HomeKey> all, Optional<Token> token) {
    if (all.size() >= MOST) {
      throw Trouble.conflict(
          "cannot create a key: the home has " + MOST + " keys, which is the limit; see " + folder);
    }
    SignKey made = token.map(Token::open).orElseGet(SignKey::generate);
    if (all.stream().anyMatch(k -> k.key().equals(made.shown()))) {
      throw Trouble.conflict(
          "cannot take "
              + made.shown()
              + ": the home has or had it; make another one in the token, or name another alias");
    }
    all.add(
        new HomeKey(
            made.shown(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            HomeKey.State.CURRENT,
            Optional.empty(),
            "",
            token));
    if (token.isEmpty()) {
      try {
        Disk.writeSecret(file(made.shown()), VerifyKey.utf8(made.pem()));
      } catch (IOException e) {
        throw Trouble.of("cannot keep a key in " + folder, e);
      }
    }
    write(all);
    return made;
  }

  private Path file(VerifyKey key) {
    return folder.resolve(key.id() + ".pem");
  }

  private SignKey secret(HomeKey home) {
    VerifyKey key = home.key();
    if (home.token().isPresent()) {
      SignKey found = home.token().get().open();
      if (!found.shown().equals(key)) {
        throw Trouble.failed(
            "cannot sign with %s: its token has %s under alias '%s'; restore it, or run naru keys rotate"
                .formatted(key, found.shown(), home.token().get().alias()));
      }
      return found;
    }
    Path file = file(key);
    String next = "; restore it, or run naru keys rotate to sign with a new one";
    try {
      Optional<String> shared = Disk.shared(file);
      if (shared.isPresent()) {
        throw Trouble.failed(
            "cannot sign with " + key + ": " + shared.get() + ", or run naru keys rotate");
      }
      return SignKey.parse(Files.readString(file), key);
    } catch (NoSuchFileException e) {
      throw Trouble.failed("cannot sign with " + key + ": " + file + " is missing" + next);
    } catch (IllegalArgumentException e) {
      throw Trouble.failed("cannot sign with " + key + ": " + file + ": " + e.getMessage() + next);
    } catch (IOException e) {
      throw Trouble.of("cannot sign with " + key, e);
    }
  }

  private <T> T change(Function<List<HomeKey>, T> step) {
    TURN.lock();
    try {
      Disk.secretFolder(folder);
      try (FileChannel file =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (!lock.isValid()) {
          throw new IOException("its lock was taken away");
        }
        return step.apply(new ArrayList<>(read()));
      }
    } catch (IOException e) {
      throw Trouble.of("cannot change the keys in " + folder, e);
    } finally {
      TURN.unlock();
    }
  }

  private void write(List<HomeKey> all) {
    try {
      KeyIndex.write(folder.resolve(KeyIndex.FILE), all);
      for (HomeKey key : all) {
        if (key.state() != HomeKey.State.CURRENT) {
          Files.deleteIfExists(file(key.key()));
        }
      }
    } catch (IOException e) {
      throw Trouble.of("cannot keep the keys in " + folder, e);
    }
  }

  private List<HomeKey> read() {
    return KeyIndex.read(folder.resolve(KeyIndex.FILE));
  }
}
