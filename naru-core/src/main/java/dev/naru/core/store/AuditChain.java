package dev.naru.core.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What holds the audit together: each entry is hashed with the hash of the one before. Who changes,
 * removes or inserts one must write all later ones anew; who kept a later hash elsewhere sees it
 * then.
 */
public final class AuditChain {
  /** What the first entry follows. */
  public static final String START = "0".repeat(64);

  private long number;
  private long unchained;
  private String head;
  private Optional<String> broken = Optional.empty();

  /** One that begins with the first entry. */
  public AuditChain() {
    this(START);
  }

  /**
   * One of which the beginning is kept elsewhere.
   *
   * @param before hash of the last entry that is not here
   */
  public AuditChain(String before) {
    head = before;
  }

  /**
   * What was found of a chain.
   *
   * @param entries how many there are
   * @param unchained those at the beginning that an earlier Naru wrote, without a hash
   * @param head hash of the last one; what an auditor keeps
   * @param broken where it does not hold, in words; empty where all of it does
   */
  public record Report(long entries, long unchained, String head, Optional<String> broken) {}

  /**
   * The hash of an entry: SHA-256 of the one before and its fields in their order, each after its
   * length.
   */
  public static String link(String before, AuditEntry entry) {
    StringBuilder text = new StringBuilder();
    for (String field :
        List.of(
            before,
            entry.at().toString(),
            entry.who(),
            entry.action(),
            entry.target(),
            entry.outcome(),
            entry.detail())) {
      text.append(field.length()).append(':').append(field).append(',');
    }
    try {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Goes on to the next entry.
   *
   * @param hash as it is kept with it; empty where none is
   */
  public void next(AuditEntry entry, String hash) {
    number++;
    if (hash.isEmpty() && head.equals(START) && broken.isEmpty()) {
      unchained++;
      return;
    }
    String expected = link(head, entry);
    if (broken.isEmpty() && !hash.equals(expected)) {
      broken =
          Optional.of(
              "entry %d (%s, %s of %s) does not follow the one before: it was changed, or one before it was changed, removed or added"
                  .formatted(number, entry.at(), entry.action(), entry.target()));
    }
    head = hash;
  }

  /** What was found so far. */
  public Report report() {
    return new Report(number, unchained, head, broken);
  }
}
