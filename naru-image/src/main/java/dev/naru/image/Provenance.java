package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How an image came to be (SLSA provenance 1.0). It is as good as the machine and the key of who
 * built it: build level 1, for whoever can change the build can change this too.
 *
 * @param parameters what the build was asked for
 * @param inputs SHA-256 (64 digits) of what went in, by name
 */
public record Provenance(SortedMap<String, String> parameters, SortedMap<String, String> inputs) {
  /** Its predicate type. */
  public static final String TYPE = "https://slsa.dev/provenance/v1";

  private static final String BUILD_TYPE = "https://naru.dev/build/image/v1";
  private static final String BUILDER = "https://naru.dev/builder/home/v1";

  /** Copies the maps. */
  public Provenance {
    parameters = new TreeMap<>(parameters);
    inputs = new TreeMap<>(inputs);
  }

  /**
   * Of an image that was built from its recipe.
   *
   * @param folder of the project's file, as it was when the image was built
   */
  public static Provenance of(Image image, Path folder, BuiltImage built) {
    SortedMap<String, String> parameters = new TreeMap<>();
    parameters.put("image", built.name());
    parameters.put("runtime", Recipe.runtime(image));
    parameters.put("base", Recipe.base(image));
    image.spec().source().ifPresent(s -> parameters.put("source", s));
    image.spec().build().ifPresent(b -> parameters.put("build", String.join(" ", b.command())));
    SortedMap<String, String> inputs = new TreeMap<>();
    try {
      Path source = Recipe.source(image, folder);
      String name = image.spec().source().orElse("source");
      if (Files.isRegularFile(source)) {
        inputs.put(name, Hashes.ofFile(source));
      }
      for (Optional<String> file :
          List.of(image.spec().runsOn().requirements(), Optional.of(Lock.FILE))) {
        Path at = folder.resolve(file.orElse(""));
        if (file.isPresent() && Files.isRegularFile(at)) {
          inputs.put(file.get(), Hashes.ofFile(at));
        }
      }
    } catch (IOException e) {
      throw Trouble.of("cannot tell what " + image.ref() + " was built from", e);
    }
    layers(built, inputs);
    return new Provenance(parameters, inputs);
  }

  /** Of an image of Naru's own: its layers are all that there is to say. */
  public static Provenance ofSystem(BuiltImage built) {
    SortedMap<String, String> inputs = new TreeMap<>();
    layers(built, inputs);
    return new Provenance(new TreeMap<>(Map.of("image", built.name())), inputs);
  }

  /** Uncompressed: the same files make the same digest, whatever compresses them. */
  private static void layers(BuiltImage built, SortedMap<String, String> inputs) {
    int number = 0;
    for (Layer layer : built.layers()) {
      number++;
      inputs.put(
          "layer " + number + " " + layer.name(), layer.diffId().substring("sha256:".length()));
    }
  }

  /**
   * The predicate.
   *
   * @param version of Naru
   * @param began when the build began
   * @param ended when the image was there
   */
  public ObjectNode predicate(String version, Instant began, Instant ended) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ObjectNode definition = root.putObject("buildDefinition");
    definition.put("buildType", BUILD_TYPE);
    ObjectNode external = definition.putObject("externalParameters");
    parameters.forEach(external::put);
    ArrayNode dependencies = definition.putArray("resolvedDependencies");
    inputs.forEach((name, sha256) -> {
      ObjectNode one = dependencies.addObject();
      one.put("name", name);
      one.putObject("digest").put("sha256", sha256);
    });
    ObjectNode details = root.putObject("runDetails");
    ObjectNode builder = details.putObject("builder");
    builder.put("id", BUILDER);
    builder.putObject("version").put("naru", version);
    details
        .putObject("metadata")
        .put("startedOn", began.toString())
        .put("finishedOn", ended.toString());
    return root;
  }

  /** A predicate without its times: two builds that differ in nothing else are told once. */
  public static JsonNode withoutTimes(JsonNode predicate) {
    JsonNode copy = predicate.deepCopy();
    if (copy.path("runDetails") instanceof ObjectNode details) {
      details.remove("metadata");
    }
    return copy;
  }
}
