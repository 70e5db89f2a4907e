package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The configuration and manifest of an image (OCI image specification 1.1): keys in a fixed order,
 * created at the epoch, so that equal contents make equal digests.
 *
 * @param env variables; those of the base stay unless named here
 * @param entrypoint what is started; arguments follow
 */
record ImageConfig(Map<String, String> env, List<String> entrypoint) {
  private static final String EPOCH = "1970-01-01T00:00:00Z";

  /** The configuration on top of a base's, if there is one. */
  byte[] config(Optional<byte[]> base, List<Layer> layers) {
    ObjectNode made = Json.MAPPER.createObjectNode();
    made.put("architecture", Platform.architecture());
    made.put("os", "linux");
    made.put("created", EPOCH);
    JsonNode below = base.map(ImageConfig::parse).orElseGet(Json.MAPPER::createObjectNode);
    ObjectNode inner = made.putObject("config");
    inner.put("User", LayerEntry.USER + ":" + LayerEntry.USER);
    Map<String, String> all = new TreeMap<>();
    for (JsonNode pair : below.path("config").path("Env")) {
      String[] parts = pair.asText().split("=", 2);
      all.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    all.putAll(env);
    ArrayNode variables = inner.putArray("Env");
    all.forEach((k, v) -> variables.add(k + "=" + v));
    ArrayNode program = inner.putArray("Entrypoint");
    entrypoint.forEach(program::add);
    inner.put("WorkingDir", Programs.FOLDER);
    if (below.path("config").path("Labels") instanceof ObjectNode labels && !labels.isEmpty()) {
      inner.set("Labels", labels);
    }
    ObjectNode rootfs = made.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    ArrayNode history = made.putArray("history");
    for (Layer layer : layers) {
      diffIds.add(layer.diffId());
      history.addObject().put("created", EPOCH).put("created_by", "naru: " + layer.name());
    }
    return Json.bytes(made);
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      return Json.MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw Trouble.failed("cannot use a base: its configuration is no JSON");
    }
  }

  /** The manifest of a configuration and layers. */
  static byte[] manifest(Descriptor config, List<Layer> layers) {
    ObjectNode made = Json.MAPPER.createObjectNode();
    made.put("schemaVersion", 2);
    made.put("mediaType", Descriptor.MANIFEST);
    put(made.putObject("config"), config);
    ArrayNode all = made.putArray("layers");
    layers.forEach(l -> put(all.addObject(), l.blob()));
    return Json.bytes(made);
  }

  private static void put(ObjectNode node, Descriptor blob) {
    node.put("mediaType", blob.mediaType());
    node.put("digest", blob.digest());
    node.put("size", blob.size());
  }
}
