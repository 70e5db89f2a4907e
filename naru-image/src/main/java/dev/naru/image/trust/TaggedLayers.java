package dev.naru.image.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.image.Descriptor;
import dev.naru.image.Json;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The tags {@code sha256-<64 digits>.sig} and {@code .att} beside an image: each is a manifest
 * whose layers are signatures or attestations. Read are the first {@link #MOST} layers.
 */
final class TaggedLayers {
  static final int MOST = 32;
  static final int MOST_BYTES = 1 << 20;
  private static final int ATTEMPTS = 5;

  private final Registry registry;
  private final String repository;
  private final String digest;

  TaggedLayers(Registry registry, String repository, String digest) {
    this.registry = registry;
    this.repository = repository;
    this.digest = digest;
  }

  private String tag(String end) {
    return digest.replace(':', '-') + end;
  }

  /** The signatures under the {@code .sig} tag. */
  Candidates signatures(Judge judge) {
    return read(
        Place.SIG_TAG,
        ".sig",
        layer -> {
          Strict.exactly(layer, "mediaType", List.of(SimpleSigning.MEDIA_TYPE));
          String signature = Strict.text(annotations(layer), SimpleSigning.SIGNATURE);
          return judge.simple(fetch(layer), signature);
        });
  }

  /** The attestations under the {@code .att} tag. */
  Candidates attestations(Judge judge) {
    return read(
        Place.ATT_TAG,
        ".att",
        layer -> {
          Strict.exactly(layer, "mediaType", List.of(Envelope.MEDIA_TYPE));
          return judge.attestation(fetch(layer));
        });
  }

  private interface LayerCheck {
    Result of(JsonNode layer) throws Malformed;
  }

  private Candidates read(Place place, String end, LayerCheck check) {
    List<Candidate> all = new ArrayList<>();
    JsonNode layers;
    try {
      Optional<Registry.Found> found = registry.manifest(repository, tag(end));
      if (found.isEmpty()) {
        return Candidates.NONE;
      }
      layers = layers(found.get());
    } catch (Malformed e) {
      return manifest(place, e);
    } catch (NaruException e) {
      return manifest(place, broken(e));
    }
    int number = 0;
    for (JsonNode layer : layers) {
      number++;
      if (number <= MOST) {
        all.add(new Candidate(place, "layer " + number, () -> result(check, layer)));
      }
    }
    return new Candidates(all, layers.size() - all.size());
  }

  private static Candidates manifest(Place place, Malformed e) {
    return new Candidates(
        List.of(new Candidate(place, "manifest", () -> new Result.Bad(e.why()))), 0);
  }

  private static Result result(LayerCheck check, JsonNode layer) {
    try {
      return check.of(layer);
    } catch (Malformed e) {
      return new Result.Bad(e.why());
    }
  }

  private static ArrayNode layers(Registry.Found found) throws Malformed {
    ObjectNode root = Strict.object(found.bytes(), "the manifest");
    if (root.get("layers") instanceof ArrayNode layers && !layers.isEmpty()) {
      return layers;
    }
    throw new Malformed("the manifest has no layers");
  }

  private static ObjectNode annotations(JsonNode layer) throws Malformed {
    return Strict.object(layer, "annotations");
  }

  private byte[] fetch(JsonNode layer) throws Malformed {
    Descriptor blob;
    try {
      blob =
          new Descriptor(
              SimpleSigning.MEDIA_TYPE,
              layer.path("digest").asText(),
              layer.path("size").asLong(-1));
    } catch (IllegalArgumentException e) {
      throw new Malformed("it names " + e.getMessage());
    }
    return blob(registry, repository, blob);
  }

  /**
   * A blob of at most {@link #MOST_BYTES}; what the registry does wrong is the evidence's fault.
   */
  static byte[] blob(Registry registry, String repository, Descriptor blob) throws Malformed {
    if (blob.size() > MOST_BYTES) {
      throw new Malformed("it has " + blob.size() + " bytes, the limit is " + MOST_BYTES);
    }
    try {
      return registry.blob(repository, blob);
    } catch (NaruException e) {
      throw broken(e);
    }
  }

  /** Passes on that nobody answers; anything else makes one piece of evidence worth nothing. */
  static Malformed broken(NaruException e) {
    if (e.code() == NaruException.Code.REGISTRY_UNREACHABLE) {
      throw e;
    }
    return new Malformed(String.valueOf(e.getMessage()));
  }

  /** Puts a signature before the ones that are there, which stay; others may write meanwhile. */
  void add(SignKey key) {
    byte[] payload = SimpleSigning.write(registry.host() + "/" + repository, digest);
    Descriptor blob = registry.push(repository, SimpleSigning.MEDIA_TYPE, payload);
    ObjectNode layer = Json.MAPPER.createObjectNode();
    layer.put("mediaType", blob.mediaType());
    layer.put("digest", blob.digest());
    layer.put("size", blob.size());
    layer
        .putObject("annotations")
        .put(SimpleSigning.SIGNATURE, Base64.getEncoder().encodeToString(key.sign(payload)));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ArrayNode there = present();
      if (contains(there, layer)) {
        return;
      }
      there.insert(0, layer);
      registry.putManifest(repository, tag(".sig"), Descriptor.MANIFEST, manifest(there));
    }
    if (!contains(present(), layer)) {
      throw Trouble.failed(
          "cannot add a signature to "
              + repository
              + ":"
              + tag(".sig")
              + ": others write it at the same time; try again");
    }
  }

  private static boolean contains(ArrayNode layers, ObjectNode layer) {
    for (JsonNode one : layers) {
      if (signature(one).equals(signature(layer))) {
        return true;
      }
    }
    return false;
  }

  private static String signature(JsonNode layer) {
    return layer.path("annotations").path(SimpleSigning.SIGNATURE).asText();
  }

  /** What cannot be read is replaced: it is worth nothing to anybody. */
  private ArrayNode present() {
    try {
      Optional<Registry.Found> found = registry.manifest(repository, tag(".sig"));
      return found.isPresent() ? layers(found.get()) : Json.MAPPER.createArrayNode();
    } catch (Malformed e) {
      return Json.MAPPER.createArrayNode();
    }
  }

  private byte[] manifest(ArrayNode layers) {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.put("architecture", "").put("created", "0001-01-01T00:00:00Z").put("os", "");
    ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    layers.forEach(l -> diffIds.add(l.path("digest").asText()));
    config.putObject("config");
    Descriptor made = registry.push(repository, Descriptor.CONFIG, Json.bytes(config));
    ObjectNode manifest = Json.MAPPER.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", Descriptor.MANIFEST);
    manifest
        .putObject("config")
        .put("mediaType", made.mediaType())
        .put("size", made.size())
        .put("digest", made.digest());
    manifest.set("layers", layers);
    return Json.bytes(manifest);
  }
}
