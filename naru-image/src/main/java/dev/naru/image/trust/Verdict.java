package dev.naru.image.trust;

import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was found beside an image. It holds for the digest alone, never for a tag or a name that led
 * to it.
 *
 * @param ref by digest
 * @param at when it was looked at
 * @param keys whose signatures counted
 * @param wanted predicate types of the attestations that had to be there
 * @param evidence all that was looked at
 * @param unread how much more there was, beyond the limits
 */
public record Verdict(
    ImageRef ref,
    Instant at,
    KeySet keys,
    Set<String> wanted,
    List<Evidence> evidence,
    int unread) {
  /** The predicate type of a signature, which is no attestation. */
  public static final String SIGNATURE = Statement.SIGNATURE;

  private static final int MOST_REASONS = 3;

  /** Copies the collections. */
  public Verdict {
    wanted = Set.copyOf(wanted);
    evidence = List.copyOf(evidence);
  }

  /** How one of the two places of a signature looks. */
  public enum PlaceState {
    /** Nothing is there. */
    ABSENT,
    /** A trusted key's signature of this image is there. */
    GOOD,
    /** Something is there, and no trusted key's signature of this image. */
    BAD
  }

  /** The key of the first good signature. */
  public Optional<VerifyKey> signer() {
    return good(SIGNATURE).map(Result.Good::key);
  }

  /** The first good evidence of a predicate type. */
  Optional<Result.Good> good(String predicateType) {
    for (Evidence one : evidence) {
      if (one.result() instanceof Result.Good good && good.predicateType().equals(predicateType)) {
        return Optional.of(good);
      }
    }
    return Optional.empty();
  }

  /** All good evidence that is no signature. */
  public List<Result.Good> attestations() {
    List<Result.Good> all = new ArrayList<>();
    for (Evidence one : evidence) {
      if (one.result() instanceof Result.Good good && !good.predicateType().equals(SIGNATURE)) {
        all.add(good);
      }
    }
    return all;
  }

  /**
   * A place of signatures, {@link Place#SIG_TAG} or {@link Place#BUNDLE}. A bundle that is good and
   * no signature says nothing of it.
   */
  public PlaceState state(Place place) {
    boolean there = false;
    for (Evidence one : evidence) {
      if (one.place() == place) {
        switch (one.result()) {
          case Result.Good good when good.predicateType().equals(SIGNATURE) -> {
            return PlaceState.GOOD;
          }
          case Result.Good _ -> {}
          case Result.Bad _ -> there = true;
        }
      }
    }
    return there ? PlaceState.BAD : PlaceState.ABSENT;
  }

  /** Why the image is refused, with the next step; empty where it is accepted. */
  public Optional<String> refusal() {
    return lack().map(l -> "cannot accept " + ref + ": " + l.fact() + "; " + l.next());
  }

  /**
   * What is missing.
   *
   * @param fact expected and found
   * @param next what to do about it where keys are named by {@code --key}
   */
  record Lack(String fact, String next) {}

  /** The first thing that is missing. */
  Optional<Lack> lack() {
    if (keys.trusted().isEmpty()) {
      return Optional.of(
          new Lack(
              "no key is trusted here"
                  + (keys.revoked().isEmpty()
                      ? ""
                      : ", "
                          + keys.revoked().stream()
                              .map(VerifyKey::toString)
                              .collect(Collectors.joining(", "))
                          + (keys.revoked().size() == 1 ? " is revoked" : " are revoked")),
              "name one by --key FILE, or sign with this home's own by naru sign"));
    }
    if (signer().isEmpty()) {
      return Optional.of(
          new Lack(
              "expected a signature of " + keys.words() + ", found " + found(SIGNATURE),
              "have it signed by naru sign " + ref + ", or trust its signer's key by --key FILE"));
    }
    for (String type : new TreeSet<>(wanted)) {
      if (good(type).isEmpty()) {
        return Optional.of(
            new Lack(
                "expected an attestation "
                    + type
                    + " of "
                    + keys.words()
                    + ", found "
                    + found(type),
                "have it attested by who builds it: naru build --push does"));
      }
    }
    return Optional.empty();
  }

  private String found(String type) {
    List<String> all = new ArrayList<>();
    for (Evidence one : evidence) {
      switch (one.result()) {
        case Result.Bad _ -> all.add(one.words());
        case Result.Good good when !good.predicateType().equals(type) ->
            all.add(
                one.place().words()
                    + " "
                    + one.where()
                    + ": "
                    + (good.predicateType().equals(SIGNATURE)
                        ? "a signature"
                        : "an attestation " + shortened(good.predicateType())));
        case Result.Good _ -> {}
      }
    }
    if (all.isEmpty()) {
      return "none";
    }
    int more = all.size() - MOST_REASONS;
    return String.join("; ", all.subList(0, Math.min(all.size(), MOST_REASONS)))
        + (more > 0 ? "; and " + more + " more" : "")
        + (unread > 0 ? "; " + unread + " were not looked at, the limits are reached" : "");
  }

  private static String shortened(String type) {
    return type.length() > 100 ? type.substring(0, 100) + "…" : type;
  }
}
