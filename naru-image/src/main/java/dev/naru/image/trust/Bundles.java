package dev.naru.image.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.image.Descriptor;
import dev.naru.image.Hashes;
import dev.naru.image.Json;
import dev.naru.image.Referrer;
import dev.naru.image.Referrers;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bundles that refer to an image. Looked at are {@link #MOST} of them: first those that the
 * list says to be of a wanted kind, then those of which it says nothing (cosign 3 in its index).
 */
final class Bundles {
  static final int MOST = 64;
  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
  private static final String KIND = "dev.sigstore.bundle.predicateType";

  private final Registry registry;
  private final String repository;

  Bundles(Registry registry, String repository) {
    this.registry = registry;
    this.repository = repository;
  }

  /**
   * The bundles of an image.
   *
   * @param wanted predicate types that are looked for first
   */
  Candidates of(Judge judge, Set<String> wanted) {
    List<Referrer> bundles =
        new Referrers(registry, repository)
            .of(judge.digest(), Bundle.MEDIA_TYPE).stream()
                .filter(
                    r -> r.artifactType().isEmpty() || r.artifactType().equals(Bundle.MEDIA_TYPE))
                .distinct()
                .sorted(Comparator.comparingInt(r -> rank(r, wanted)))
                .toList();
    List<Candidate> all =
        bundles.stream()
            .limit(MOST)
            .map(r ->
                new Candidate(
                    Place.BUNDLE, r.manifest().digest(), () -> result(judge, r.manifest())))
            .toList();
    return new Candidates(all, bundles.size() - all.size());
  }

  private static int rank(Referrer referrer, Set<String> wanted) {
    String kind = referrer.annotations().getOrDefault(KIND, "");
    return wanted.contains(kind) ? 0 : kind.isEmpty() ? 1 : 2;
  }

  private Result result(Judge judge, Descriptor manifest) {
    try {
      return judge.bundle(TaggedLayers.blob(registry, repository, layer(manifest)));
    } catch (Malformed e) {
      return new Result.Bad(e.why());
    }
  }

  /** The one blob of a bundle's manifest. */
  private Descriptor layer(Descriptor manifest) throws Malformed {
    byte[] bytes;
    try {
      bytes =
          registry
              .manifest(repository, manifest.digest())
              .orElseThrow(() -> Trouble.failed("it is listed and not there"))
              .bytes();
    } catch (NaruException e) {
      throw TaggedLayers.broken(e);
    }
    ObjectNode root = Strict.object(bytes, "the manifest");
    Strict.exactly(root, "artifactType", List.of(Bundle.MEDIA_TYPE));
    ObjectNode layer = Strict.single(root, "layers");
    Strict.exactly(layer, "mediaType", List.of(Bundle.MEDIA_TYPE));
    try {
      return new Descriptor(
          Bundle.MEDIA_TYPE, layer.path("digest").asText(), layer.path("size").asLong(-1));
    } catch (IllegalArgumentException e) {
      throw new Malformed("it names " + e.getMessage());
    }
  }

  /** Writes a bundle of a statement about an image and has it listed. */
  void add(SignKey key, Descriptor subject, String predicateType, byte[] statement, Instant now) {
    byte[] bundle = Bundle.write(key, statement);
    if (bundle.length > TaggedLayers.MOST_BYTES) {
      throw Trouble.failed(
          "cannot attest "
              + predicateType
              + " of "
              + subject.digest()
              + ": the bundle has "
              + bundle.length
              + " bytes, the limit of who verifies is "
              + TaggedLayers.MOST_BYTES
              + "; attest a shorter one");
    }
    Descriptor config = registry.push(repository, EMPTY_TYPE, VerifyKey.utf8("{}"));
    Descriptor layer = registry.push(repository, Bundle.MEDIA_TYPE, bundle);
    Map<String, String> annotations =
        Map.of(
            "dev.sigstore.bundle.content",
            "dsse-envelope",
            KIND,
            predicateType,
            "org.opencontainers.image.created",
            now.toString());
    ObjectNode manifest = Json.MAPPER.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", Descriptor.MANIFEST);
    manifest.put("artifactType", Bundle.MEDIA_TYPE);
    put(manifest.putObject("config"), config);
    put(manifest.putArray("layers").addObject(), layer);
    put(manifest.putObject("subject"), subject);
    ObjectNode said = manifest.putObject("annotations");
    annotations.keySet().stream().sorted().forEach(k -> said.put(k, annotations.get(k)));
    byte[] bytes = Json.bytes(manifest);
    Descriptor made =
        new Descriptor(Descriptor.MANIFEST, "sha256:" + Hashes.ofBytes(bytes), bytes.length);
    new Referrers(registry, repository)
        .add(subject.digest(), bytes, new Referrer(made, Bundle.MEDIA_TYPE, annotations));
  }

  private static void put(ObjectNode node, Descriptor blob) {
    node.put("mediaType", blob.mediaType());
    node.put("digest", blob.digest());
    node.put("size", blob.size());
  }
}
