package dev.naru.image.trust;

import dev.naru.image.Disk;
import dev.naru.image.Trouble;
import dev.naru.spec.TrustPolicy;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.SourceText;
import dev.naru.spec.reading.TrustPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whose images a home starts: {@code trust.yaml} in it, else whatever its own keys have signed. It
 * is the home's, not a project's: only who owns the home can change it. Read anew each time, so
 * that a change or a revoked key counts at the next start.
 */
public final class HomeTrust {
  private static final int MOST_BYTES = 1 << 20;

  private final Path home;
  private final Path file;
  private final HomeKeys keys;

  /** Of a home; nothing is read yet. */
  public HomeTrust(Path home, Clock clock) {
    this.home = home;
    this.file = home.resolve("trust.yaml");
    this.keys = new HomeKeys(home, clock);
  }

  /**
   * The rules that count now.
   *
   * @throws dev.naru.core.NaruException FAILED or INVALID where the file is damaged: nothing passes
   *     then
   */
  public TrustRules rules() {
    KeySet own = keys.keySet();
    return policy().map(p -> TrustRules.of(p, own)).orElseGet(() -> TrustRules.byDefault(own));
  }

  /** The policy of the home, where one was set. */
  public Optional<TrustPolicy> policy() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw Trouble.invalid(
            "cannot use " + file + ": it is longer than 1 MiB; set the policy again");
      }
      return Optional.of(read(SourceText.of(file.toString(), Files.readAllBytes(file))));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw Trouble.of("cannot read the policy of the home", e);
    }
  }

  /** A policy as a text has it. */
  private static TrustPolicy read(SourceText text) {
    return switch (TrustPolicies.read(text)) {
      case TrustPolicies.Outcome.Read(TrustPolicy policy) -> policy;
      case TrustPolicies.Outcome.Refused refused ->
          throw Trouble.invalid(
              "cannot use the policy in "
                  + text.name()
                  + ": "
                  + refused.problems().stream()
                      .map(Problem::toString)
                      .collect(Collectors.joining("; ")));
    };
  }

  /**
   * Makes it the policy of the home.
   *
   * @param from what the document is from, for messages
   * @param bytes the document, kept as it is
   * @throws dev.naru.core.NaruException INVALID with all that is wrong; then the earlier one stays
   */
  public TrustPolicy set(String from, byte[] bytes) {
    TrustPolicy policy = read(SourceText.of(from, bytes));
    TrustRules.of(policy, keys.keySet());
    try {
      Disk.secretFolder(home);
      Disk.writeSecret(file, bytes);
    } catch (IOException e) {
      throw Trouble.of("cannot keep the policy of the home", e);
    }
    return policy;
  }

  /** Goes back to the home's own keys; whether there was a policy. */
  public boolean clear() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw Trouble.of("cannot remove the policy of the home", e);
    }
  }
}
