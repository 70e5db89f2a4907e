package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing beside an image that claims something of it, and what became of the claim.
 *
 * @param place where it is kept
 * @param where in that place, for messages: {@code layer 1} or a digest
 */
public record Evidence(Place place, String where, Result result) {
  /** Where evidence is kept beside an image. */
  public enum Place {
    /** The tag {@code sha256-<64 digits>.sig}: signatures as cosign 2 writes them. */
    SIG_TAG(".sig tag"),
    /** A bundle that refers to the image: signatures and attestations as cosign 3 writes them. */
    BUNDLE("bundle"),
    /** The tag {@code sha256-<64 digits>.att}: attestations as cosign 2 writes them. */
    ATT_TAG(".att tag");

    private final String words;

    Place(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** What became of a claim. */
  public sealed interface Result {
    /**
     * A trusted key says it, of this image.
     *
     * @param predicateType what kind of claim: {@link Verdict#SIGNATURE} for a signature
     * @param predicate what is said; an empty object for a signature
     */
    record Good(VerifyKey key, String predicateType, JsonNode predicate) implements Result {}

    /**
     * It counts for nothing.
     *
     * @param why for people
     */
    record Bad(String why) implements Result {}
  }

  /** {@code bundle sha256:…: why}. */
  String words() {
    String at = place.words() + " " + where;
    return switch (result) {
      case Result.Good good -> at + ": good, " + good.key();
      case Result.Bad bad -> at + ": " + bad.why();
    };
  }
}
