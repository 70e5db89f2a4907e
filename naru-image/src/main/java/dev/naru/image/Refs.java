package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.spec.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bases that exist already: fetched once by digest, checked, then taken from the layout. */
final class Refs {
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  private final ImageSettings settings;
  private final Layout layout;

  Refs(ImageSettings settings, Layout layout) {
    this.settings = settings;
    this.layout = layout;
  }

  /** A base: its configuration and its layers, all in the layout. */
  record Base(String configDigest, List<Layer> layers) {}

  /** Where a ref without its digest points to. */
  private record Place(Optional<RegistryPlace> registry, String repository) {}

  Base fetch(Image image, String ref) {
    String digest = ref.substring(ref.indexOf('@') + 1);
    Place place = place(ref.substring(0, ref.indexOf('@')));
    JsonNode manifest = json(image, ref, place, digest);
    if (manifest.path("manifests").isArray()) {
      manifest = json(image, ref, place, forThisHost(image, ref, manifest));
    }
    JsonNode config = manifest.path("config");
    if (!config.isObject() || !manifest.path("layers").isArray()) {
      throw unknown(image, ref, "is no manifest of an image");
    }
    Descriptor configBlob = descriptor(config, Descriptor.CONFIG);
    blob(image, ref, place, configBlob);
    JsonNode read = parse(layout.read(configBlob.digest(), Json.MOST));
    String platform = read.path("os").asText() + "/" + read.path("architecture").asText();
    if (!platform.equals(Platform.name())) {
      throw wrongPlatform(image, ref, platform);
    }
    JsonNode diffIds = read.path("rootfs").path("diff_ids");
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      if (layers.size() >= diffIds.size()) {
        throw unknown(image, ref, "has more layers than its configuration names");
      }
      Descriptor found = descriptor(layer, layer.path("mediaType").asText());
      boolean docker = found.mediaType().equals(DOCKER_LAYER);
      if (!docker && !found.mediaType().startsWith("application/vnd.oci.image.layer.v1.tar")) {
        throw unknown(image, ref, "has a layer of the type " + found.mediaType());
      }
      Descriptor blob =
          docker ? new Descriptor(Descriptor.LAYER, found.digest(), found.size()) : found;
      blob(image, ref, place, blob);
      String diffId = new Descriptor("", diffIds.get(layers.size()).asText(), 0).digest();
      layers.add(new Layer("base", blob, diffId));
    }
    return new Base(configBlob.digest(), layers);
  }

  private Place place(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      return new Place(Optional.of(new RegistryPlace(first, "")), name.substring(slash + 1));
    }
    return new Place(
        settings.registry(), settings.registry().map(r -> r.repository(name)).orElse(name));
  }

  private JsonNode json(Image image, String ref, Place place, String digest) {
    if (!java.nio.file.Files.exists(layout.blob(digest))) {
      RegistryPlace registry =
          place
              .registry()
              .orElseThrow(() ->
                  unknown(
                      image,
                      ref,
                      "is not in the home, and no registry is given; add --registry"
                          + " HOST[:PORT][/PREFIX]"));
      Registry.Found found =
          new Registry(registry.host(), settings.plainHttp())
              .manifest(place.repository(), digest)
              .orElseThrow(() -> unknown(image, ref, "is not in registry " + registry.host()));
      layout.put(Descriptor.MANIFEST, found.bytes());
    }
    return parse(layout.read(digest, Json.MOST));
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      return Json.MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw Trouble.failed("cannot use a base: its manifest or configuration is no JSON");
    }
  }

  private static String forThisHost(Image image, String ref, JsonNode index) {
    List<String> there = new ArrayList<>();
    for (JsonNode m : index.path("manifests")) {
      JsonNode platform = m.path("platform");
      String name = platform.path("os").asText() + "/" + platform.path("architecture").asText();
      if (name.equals(Platform.name())) {
        return new Descriptor("", m.path("digest").asText(), 0).digest();
      }
      there.add(name);
    }
    throw wrongPlatform(image, ref, String.join(", ", there));
  }

  private void blob(Image image, String ref, Place place, Descriptor blob) {
    if (layout.has(blob)) {
      return;
    }
    boolean fetched =
        place
            .registry()
            .map(r ->
                new Registry(r.host(), settings.plainHttp())
                    .fetch(place.repository(), blob, layout))
            .orElse(false);
    if (!fetched) {
      throw unknown(image, ref, "lacks blob " + blob.digest());
    }
  }

  private static Descriptor descriptor(JsonNode node, String mediaType) {
    try {
      return new Descriptor(mediaType, node.path("digest").asText(), node.path("size").asLong(-1));
    } catch (IllegalArgumentException e) {
      throw Trouble.failed("cannot use a base: its manifest has " + e.getMessage());
    }
  }

  private static RuntimeException unknown(Image image, String ref, String why) {
    return Trouble.invalid(
        "cannot build " + image.ref() + ": base " + ref + " " + why + "; correct spec.base.ref");
  }

  private static RuntimeException wrongPlatform(Image image, String ref, String found) {
    return Trouble.invalid(
        "cannot build "
            + image.ref()
            + ": base "
            + ref
            + " is for "
            + found
            + ", this host runs "
            + Platform.name()
            + "; give the digest of an image for it");
  }
}
