package dev.naru.spec;

import java.util.List;

/**
 * Whose images may start. It belongs to who runs a home or a cluster, never to a project: a file of
 * {@code naru up} cannot have one, so that nobody's project weakens it.
 */
public record TrustPolicy(Metadata metadata, Spec spec) {
  /** The kind as documents write it. */
  public static final String KIND = "TrustPolicy";

  static final String DIGEST = "sha256:[0-9a-f]{64}";
  static final String DIGEST_WORDS = "a manifest's digest: sha256:<64 digits>";
  static final String KEY =
      "[0-9a-f]{8,64}|\\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*";
  static final String KEY_WORDS =
      "a public key as naru keys export prints it, or 8 to 64 digits of the identity of a key of"
          + " one's own";

  /** Most rules of a policy. */
  public static final int MOST_RULES = 64;

  /** The fields of {@code spec}. */
  public record Spec(
      @Field(
              doc =
                  "What is wanted of images. One must be named by a rule, and fulfil every rule"
                      + " that names it; about others no registry is asked.",
              minLength = 1,
              maxLength = MOST_RULES)
          List<Rule> rules,
      @Field(doc = "Images that need no signature for a while.", maxLength = 64)
          List<Excepted> exceptions,
      @Field(
              doc =
                  "Digests of manifests that never start, whoever signed them; stronger than an"
                      + " exception.",
              maxLength = 256,
              maxEntryLength = 71,
              pattern = DIGEST,
              patternWords = DIGEST_WORDS)
          List<String> deny,
      @Field(
              doc = "Keys that count in no rule.",
              maxLength = 32,
              maxEntryLength = 1024,
              pattern = KEY,
              patternWords = KEY_WORDS)
          List<String> revoked) {
    /** Copies the lists. */
    public Spec {
      rules = List.copyOf(rules);
      exceptions = List.copyOf(exceptions);
      deny = List.copyOf(deny);
      revoked = List.copyOf(revoked);
    }
  }

  /** What is wanted of the images of some repositories. */
  public record Rule(
      @Field(
              doc =
                  "Which images: HOST/NAME, HOST/ and a beginning of whole names that ends in /*,"
                      + " or * for all of every registry.",
              minLength = 1,
              maxLength = 64,
              maxEntryLength = 512,
              pattern =
                  "\\*|[a-z0-9]+([.-]+[a-z0-9]+)*(:[0-9]{1,5})?"
                      + "(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(/\\*|/[a-z0-9]+([._-]+[a-z0-9]+)*)",
              patternWords = "HOST/NAME, HOST/* or HOST/NAME/*, or *",
              example = "[\"registry.local:5000/team/*\"]")
          List<String> repositories,
      @Field(
              doc =
                  "One of these must have signed: public keys (ECDSA on P-256, PEM), or the"
                      + " beginning of the identity of a key of this home (of a cluster: one that"
                      + " naru install gave it).",
              minLength = 1,
              maxLength = 32,
              maxEntryLength = 1024,
              pattern = KEY,
              patternWords = KEY_WORDS)
          List<String> keys,
      @Field(
              doc =
                  "Predicate types that one of the keys must have attested of the image, such as"
                      + " https://cyclonedx.org/bom.",
              maxLength = 8,
              maxEntryLength = 256,
              pattern = "[a-z]+://[!-~]+",
              patternWords = "a predicate's URI such as https://cyclonedx.org/bom")
          List<String> attestations) {
    /** Copies the lists. */
    public Rule {
      repositories = List.copyOf(repositories);
      keys = List.copyOf(keys);
      attestations = List.copyOf(attestations);
    }
  }

  /** An image that needs no signature. */
  public record Excepted(
      @Field(
              doc = "Digest of its manifest.",
              maxLength = 71,
              pattern = DIGEST,
              patternWords = DIGEST_WORDS)
          String digest,
      @Field(doc = "Why, for who audits it.", maxLength = 200, example = "hotfix, ticket 4711")
          String reason,
      @Field(
              doc = "The exception holds before this time, in UTC; afterwards it is as none.",
              maxLength = 20,
              pattern = "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z",
              patternWords = "a time in UTC such as \"2027-01-31T00:00:00Z\"",
              example = "\"2027-01-31T00:00:00Z\"")
          String until) {}
}
