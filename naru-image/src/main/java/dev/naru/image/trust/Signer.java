package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.naru.image.Descriptor;
import dev.naru.image.Json;
import dev.naru.image.Registry;
import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Writes signatures and attestations beside an image of a registry. What this key has written there
 * already, and what is still good, is not written again.
 */
public final class Signer {
  private final Registry registry;
  private final SignKey key;
  private final Clock clock;

  /** For images of one registry. */
  public Signer(Registry registry, SignKey key, Clock clock) {
    this.registry = registry;
    this.key = key;
    this.clock = clock;
  }

  /**
   * An image that is signed in both places.
   *
   * @param ref by digest
   * @param added where a signature was missing; empty if nothing was to be done
   */
  public record Signed(ImageRef ref, Set<Place> added) {
    /** Copies the set. */
    public Signed {
      added = Set.copyOf(added);
    }
  }

  /**
   * Signs an image under its {@code .sig} tag, which cosign 2 reads, and in a bundle, which cosign
   * 3 wants as soon as any other bundle is there. An index is signed with the image of each
   * platform: clusters pin either.
   *
   * @return the index or image first, then the platforms
   */
  public List<Signed> sign(ImageRef ref) {
    Resolved resolved = Resolved.of(registry, ref);
    List<Signed> all = new ArrayList<>();
    all.add(sign(resolved));
    for (Descriptor platform : resolved.platforms()) {
      all.add(sign(Resolved.of(registry, ref.by(platform.digest()))));
    }
    return all;
  }

  private Signed sign(Resolved image) {
    String repository = image.ref().repository();
    Descriptor manifest = image.manifest();
    Judge own = own(manifest);
    Set<Place> added = EnumSet.noneOf(Place.class);
    // The bundle first: between the two, each cosign finds a good one or none.
    if (!has(bundles(repository, own, Statement.SIGNATURE), Statement.SIGNATURE, _ -> true)) {
      JsonNode nothing = JsonNodeFactory.instance.objectNode();
      new Bundles(registry, repository)
          .add(
              key,
              manifest,
              Statement.SIGNATURE,
              Statement.write(manifest.digest(), Statement.SIGNATURE, nothing),
              now());
      added.add(Place.BUNDLE);
    }
    TaggedLayers tag = new TaggedLayers(registry, repository, manifest.digest());
    if (!has(tag.signatures(own), Statement.SIGNATURE, _ -> true)) {
      tag.add(key);
      added.add(Place.SIG_TAG);
    }
    return new Signed(image.ref(), added);
  }

  /**
   * Attests something of an image, in a bundle. The image is to be signed first: cosign 3 takes any
   * good bundle for a signature and looks for no other once it has found one.
   *
   * @param essence the part of a predicate that matters: where an earlier one of the same type is
   *     equal in it, nothing is written
   * @return whether it was written
   */
  public boolean attest(
      ImageRef ref, String predicateType, JsonNode predicate, UnaryOperator<JsonNode> essence) {
    Resolved image = Resolved.of(registry, ref);
    String repository = image.ref().repository();
    Candidates there = bundles(repository, own(image.manifest()), predicateType);
    byte[] wanted = Json.bytes(essence.apply(predicate));
    if (has(
        there, predicateType, before -> Arrays.equals(Json.bytes(essence.apply(before)), wanted))) {
      return false;
    }
    new Bundles(registry, repository)
        .add(
            key,
            image.manifest(),
            predicateType,
            Statement.write(image.manifest().digest(), predicateType, predicate),
            now());
    return true;
  }

  private Judge own(Descriptor manifest) {
    return new Judge(manifest.digest(), new KeySet(List.of(key.shown()), List.of()));
  }

  private Candidates bundles(String repository, Judge own, String predicateType) {
    return new Bundles(registry, repository).of(own, Set.of(predicateType));
  }

  private static boolean has(Candidates there, String predicateType, Predicate<JsonNode> fits) {
    for (Candidate one : there.all()) {
      if (one.judged().result() instanceof Result.Good good
          && good.predicateType().equals(predicateType)
          && fits.test(good.predicate())) {
        return true;
      }
    }
    return false;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
