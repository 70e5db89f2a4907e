package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Field;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resource;
import dev.naru.spec.TrustPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The JSON Schema (draft 2020-12) of one document, made from the records.
 *
 * <p>It is for editors: what it accepts may still break a rule between keys or documents, which the
 * reader knows; what it refuses, the reader refuses too.
 */
final class JsonSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Rules between keys that a schema can say: exactly one of these keys. */
  private static final Map<Class<?>, List<String>> EXACTLY_ONE =
      Map.of(
          Image.RunsOn.class,
          List.of("java", "python"),
          Image.Spec.class,
          List.of("runtime", "ref"),
          Image.Base.class,
          List.of("ref", "packages"),
          Inference.Spec.class,
          List.of("model", "image"));

  private static final String VARIABLE =
      "^(?!NARU_|(RANK|WORLD_SIZE|LOCAL_RANK|MASTER_ADDR|MASTER_PORT|PORT|TMPDIR)$)"
          + "[A-Za-z_][A-Za-z0-9_]{0,255}$";

  private JsonSchema() {}

  static ObjectNode make() {
    ObjectNode root = NODES.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Naru " + Resource.API_VERSION);
    root.put("description", "One document of a Naru file.");
    ArrayNode kinds = root.putArray("oneOf");
    ObjectNode definitions = NODES.objectNode();
    for (Kind kind : Kind.values()) {
      kinds.addObject().put("$ref", "#/$defs/" + kind.word());
      definitions.set(kind.word(), document(kind.word(), DocumentReader.specOf(kind)));
    }
    kinds.addObject().put("$ref", "#/$defs/" + TrustPolicy.KIND);
    definitions.set(TrustPolicy.KIND, document(TrustPolicy.KIND, TrustPolicy.Spec.class));
    root.set("$defs", definitions);
    return root;
  }

  private static ObjectNode document(String kind, Class<? extends Record> spec) {
    ObjectNode node = NODES.objectNode();
    node.put("type", "object");
    ObjectNode properties = node.putObject("properties");
    properties.putObject("apiVersion").put("const", Resource.API_VERSION);
    properties.putObject("kind").put("const", kind);
    properties.set("metadata", mapping(Metadata.class));
    properties.set("spec", mapping(spec));
    node.putArray("required").add("apiVersion").add("kind").add("metadata").add("spec");
    node.put("additionalProperties", false);
    return node;
  }

  private static ObjectNode mapping(Class<? extends Record> type) {
    ObjectNode node = NODES.objectNode();
    node.put("type", "object");
    ObjectNode properties = node.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (Key key : Key.of(type)) {
      properties.set(key.name(), property(key));
      if (key.isRequired()) {
        required.add(key.name());
      }
    }
    if (!required.isEmpty()) {
      node.set("required", required);
    }
    if (EXACTLY_ONE.containsKey(type)) {
      ArrayNode choices = node.putArray("oneOf");
      EXACTLY_ONE
          .get(type)
          .forEach(k -> choices.addObject().set("required", NODES.arrayNode().add(k)));
    }
    node.put("additionalProperties", false);
    return node;
  }

  private static ObjectNode property(Key key) {
    Field field = key.field();
    ObjectNode node =
        switch (key.shape()) {
          case ONE, OPTIONAL -> one(key, false);
          case LIST -> {
            ObjectNode list = NODES.objectNode().put("type", "array");
            list.set("items", one(key, true));
            list.put("maxItems", field.maxLength());
            if (field.minLength() > 0) {
              list.put("minItems", field.minLength());
            }
            yield list;
          }
          case MAP -> {
            ObjectNode map = NODES.objectNode().put("type", "object");
            if (key.name().equals("env")) {
              map.putObject("propertyNames").put("pattern", VARIABLE);
            }
            map.set("additionalProperties", one(key, true));
            map.put("maxProperties", field.maxLength());
            yield map;
          }
        };
    node.put("description", field.doc());
    yaml(field.byDefault()).ifPresent(v -> node.putPOJO("default", v));
    yaml(field.example()).ifPresent(v -> node.putArray("examples").addPOJO(v));
    return node;
  }

  private static Optional<Object> yaml(String text) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static ObjectNode one(Key key, boolean entry) {
    if (key.record().isPresent()) {
      return mapping(key.record().get());
    }
    Class<?> type = key.type();
    ObjectNode node = NODES.objectNode();
    if (type == String.class) {
      text(node, key.field(), entry);
    } else if (type == int.class || type == Integer.class) {
      node.put("type", "integer");
      node.put("minimum", key.field().min()).put("maximum", key.field().max());
    } else if (type == Cpu.class || type == Bytes.class) {
      node.putArray("type").add("string").add("number");
      String units = type == Cpu.class ? "m" : "[kMGTP]|[KMGTP]i";
      node.put("pattern", "^[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,2}|" + units + ")?$");
      node.put("minimum", 0);
    } else if (type == Duration.class) {
      node.put("type", "string");
      node.put("pattern", "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$");
    } else {
      ArrayNode words = node.putArray("enum");
      Arrays.stream(type.getEnumConstants()).forEach(c -> words.add(((Enum<?>) c).name()));
    }
    return node;
  }

  private static void text(ObjectNode node, Field field, boolean entry) {
    node.put("type", "string");
    node.put("maxLength", entry ? field.maxEntryLength() : field.maxLength());
    if (!entry) {
      node.put("minLength", 1);
    }
    if (field.refersTo().length > 0) {
      node.put("pattern", "^" + Metadata.NAME + "$");
    } else if (!field.pattern().isEmpty()) {
      node.put("pattern", "^(" + field.pattern() + ")$");
    }
  }
}
