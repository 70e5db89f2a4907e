package dev.naru.core.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Node;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;
import java.util.List;
import java.util.Optional;

/** Resources of tests, written as the file writes them but for the braces. */
public final class Specs {
  /** What runs the images of tests. */
  public static final Image.RunsOn JAVA =
      new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty());

  private static final JsonMapper LAX =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  private Specs() {}

  /** A Training named {@code fraud}; {@code more} are further fields of its spec. */
  public static Training training(String more) {
    return (Training)
        read(
            "Training",
            "fraud",
            "image: 'app', workers: 2, grace: '5s', checkpoints: {volume: 'data', path: 'ckpt'}",
            "command: ['train']",
            more);
  }

  /** A Preparation named {@code rows}. */
  public static Preparation preparation(String more) {
    return (Preparation)
        read(
            "Preparation",
            "rows",
            "image: 'app', shards: 3, grace: '5s', output: {volume: 'data', path: 'rows'}",
            "command: ['prepare']",
            more);
  }

  /** An Inference named {@code fraud} that serves the model of the Training {@code fraud}. */
  public static Inference inference(String more) {
    return (Inference) read("Inference", "fraud", "model: {from: 'fraud'}, grace: '5s'", "", more);
  }

  /** An Inference named {@code own} that runs an image. */
  public static Inference ownImage(String more) {
    return (Inference)
        read("Inference", "own", "image: 'app', port: 8080", "command: ['serve']", more);
  }

  /** The Image named {@code app}. */
  public static Image image() {
    return (Image) read("Image", "app", "runtime: {java: 25}, source: 'app.jar'", "", "");
  }

  /** The Volume named {@code data}. */
  public static Volume volume(String size) {
    return (Volume) read("Volume", "data", "size: '" + size + "'", "", "");
  }

  private static Resource read(String kind, String name, String base, String second, String more) {
    try {
      ObjectNode spec = LAX.createObjectNode();
      for (String part : List.of(base, second, more)) {
        spec.setAll((ObjectNode) LAX.readTree("{" + part + "}"));
      }
      ObjectNode object = LAX.createObjectNode();
      object.put("apiVersion", Resource.API_VERSION).put("kind", kind);
      object.putObject("metadata").put("name", name);
      object.set("spec", spec);
      return switch (ProjectReader.fromJson(object)) {
        case Decoding.Decoded decoded -> decoded.resource();
        case Decoding.Undecodable refused ->
            throw new IllegalArgumentException(refused.problems().toString());
      };
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A resource of project {@code p} that is wanted, with that state. */
  public static Stored stored(Resource resource, State state) {
    return new Stored(
        new dev.naru.core.state.Key("p", resource.kind(), resource.name()),
        1,
        1,
        resource,
        Stored.Desired.UP,
        state,
        java.time.Instant.EPOCH);
  }

  /** One node of that size. */
  public static Capacity room(String cpu, String memory) {
    return new Capacity(List.of(new Node("n1", Cpu.parse(cpu), Bytes.parse(memory))));
  }
}
