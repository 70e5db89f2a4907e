package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Kind;
import dev.naru.spec.TrustPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * The custom resource definitions, made from the JSON Schema that is made from the records: what a
 * cluster can say of one object it says as a schema, or as a rule with the reader's words.
 */
final class CrdYaml {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Map<Kind, List<String>> SHORT =
      Map.of(
          Kind.IMAGE, List.of("nimg"),
          Kind.VOLUME, List.of("nvol"),
          Kind.PREPARATION, List.of("prep"),
          Kind.TRAINING, List.of("train"),
          Kind.INFERENCE, List.of("infer"));

  private CrdYaml() {}

  static String make() {
    StringBuilder all =
        new StringBuilder(
            "# Made from the records of naru-spec by a test there; not to be edited.\n");
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(160).build();
    for (Kind kind : Kind.values()) {
      all.append("---\n")
          .append(
              new Dump(settings).dumpToString(MAPPER.convertValue(definition(kind), Object.class)));
    }
    all.append("---\n")
        .append(
            new Dump(settings).dumpToString(MAPPER.convertValue(trustPolicies(), Object.class)));
    return all.toString();
  }

  private static ObjectNode definition(Kind kind) {
    ObjectNode version = NODES.objectNode();
    version.set("additionalPrinterColumns", columns(kind));
    ObjectNode subresources = version.putObject("subresources");
    subresources.putObject("status");
    if (kind == Kind.INFERENCE) {
      subresources
          .putObject("scale")
          .put("specReplicasPath", ".spec.replicas.min")
          .put("statusReplicasPath", ".status.ready")
          .put("labelSelectorPath", ".status.selector");
    }
    version.putObject("schema").set("openAPIV3Schema", schema(kind));
    return definition(
        kind.word(),
        kind.lower() + "s",
        "Namespaced",
        SHORT.getOrDefault(kind, List.of()),
        version);
  }

  /** Whose images may start belongs to the cluster, not to a namespace. */
  private static ObjectNode trustPolicies() {
    ObjectNode version = NODES.objectNode();
    ArrayNode columns = version.putArray("additionalPrinterColumns");
    column(columns, "Repositories", "string", ".spec.rules[*].repositories");
    column(columns, "Age", "date", ".metadata.creationTimestamp");
    ObjectNode schema = NODES.objectNode().put("type", "object");
    schema.put("description", "Whose images may start; docs/reference/file.md has every key.");
    schema
        .putObject("properties")
        .set("spec", spec(TrustPolicy.KIND, "What is wanted of images before they start."));
    schema.putArray("required").add("spec");
    names(schema);
    version.putObject("schema").set("openAPIV3Schema", schema);
    return definition(TrustPolicy.KIND, "trustpolicies", "Cluster", List.of("trust"), version);
  }

  private static ObjectNode definition(
      String kind, String plural, String scope, List<String> shortNames, ObjectNode more) {
    ObjectNode crd = NODES.objectNode();
    crd.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    ObjectNode metadata = crd.putObject("metadata").put("name", plural + ".naru.dev");
    metadata.putObject("annotations").put("helm.sh/resource-policy", "keep");
    metadata.putObject("labels").put("app.kubernetes.io/managed-by", "naru");
    ObjectNode spec = crd.putObject("spec").put("group", "naru.dev").put("scope", scope);
    ObjectNode names = spec.putObject("names");
    names.put("kind", kind).put("plural", plural).put("singular", kind.toLowerCase(Locale.ROOT));
    names.put("listKind", kind + "List");
    shortNames.forEach(names.putArray("shortNames")::add);
    names.putArray("categories").add("naru");
    ObjectNode version =
        spec.putArray("versions")
            .addObject()
            .put("name", "v1alpha1")
            .put("served", true)
            .put("storage", true);
    version.setAll(more);
    return crd;
  }

  private static ObjectNode schema(Kind kind) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    schema.put(
        "description", "A " + kind.word() + " of Naru; docs/reference/file.md has every key.");
    ObjectNode properties = schema.putObject("properties");
    properties.set("spec", spec(kind.word(), "What is wanted, as in a file of naru up."));
    properties.set("status", status(kind));
    schema.putArray("required").add("spec");
    names(schema);
    return schema;
  }

  private static ObjectNode spec(String kind, String description) {
    JsonNode document = JsonSchema.make().path("$defs").path(kind);
    ObjectNode spec = structural(document.path("properties").path("spec"));
    return spec.put("description", description);
  }

  private static void names(ObjectNode schema) {
    rule(
        schema,
        "self.metadata.name.size() <= 40",
        "metadata.name: expected at most 40 characters, so that the names of what is made for it"
            + " fit");
    rule(
        schema,
        "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        "metadata.name: expected a letter, then letters, digits and '-', in lower case");
  }

  /** A schema as the cluster wants it: every node has one type, and no more than it needs. */
  private static ObjectNode structural(JsonNode from) {
    ObjectNode to = NODES.objectNode();
    if (from.path("type").isArray()) {
      to.put("x-kubernetes-int-or-string", true);
    } else {
      to.put("type", from.path("type").asText("string"));
    }
    for (String key :
        List.of(
            "description",
            "default",
            "enum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "maxProperties",
            "required")) {
      if (from.has(key)) {
        to.set(key, from.get(key));
      }
    }
    if (from.path("type").asText().equals("integer")) {
      to.set("minimum", from.get("minimum"));
      to.set("maximum", from.get("maximum"));
    }
    if (from.has("pattern")) {
      // The cluster's expressions cannot look ahead; what that said is a length here.
      String pattern = from.get("pattern").asText();
      to.put("pattern", pattern.replace("(?=.)", ""));
      if (pattern.contains("(?=.)")) {
        to.put("minLength", 1).put("maxLength", 40);
      }
    }
    if (from.path("type").isArray()) {
      to.put("maxLength", 40);
    }
    if (from.has("items")) {
      to.set("items", structural(from.get("items")));
    }
    if (from.path("additionalProperties").isObject()) {
      to.set("additionalProperties", structural(from.get("additionalProperties")));
    }
    if (from.has("properties")) {
      ObjectNode properties = to.putObject("properties");
      from.get("properties")
          .properties()
          .forEach(e -> properties.set(e.getKey(), structural(e.getValue())));
      replicas(to, from.get("properties"));
    }
    if (from.has("oneOf")) {
      exactlyOne(to, from.get("oneOf"));
    }
    return to;
  }

  private static void exactlyOne(ObjectNode to, JsonNode choices) {
    String a = choices.path(0).path("required").path(0).asText();
    String b = choices.path(1).path("required").path(0).asText();
    rule(
        to,
        "has(self.%s) != has(self.%s)".formatted(a, b),
        "expected exactly one of %s and %s; keep the one that is meant".formatted(a, b));
  }

  private static void replicas(ObjectNode to, JsonNode properties) {
    if (properties.has("min") && properties.has("max")) {
      rule(
          to,
          "!has(self.max) || !has(self.min) || self.min <= self.max",
          "min: expected at most max; raise max or lower min");
    }
  }

  private static void rule(ObjectNode to, String rule, String message) {
    to.withArray("x-kubernetes-validations").addObject().put("rule", rule).put("message", message);
  }

  private static ObjectNode status(Kind kind) {
    ObjectNode status = NODES.objectNode().put("type", "object");
    status.put("description", "Where it stands; written by the operator alone.");
    status.put("x-kubernetes-preserve-unknown-fields", true);
    ObjectNode properties = status.putObject("properties");
    field(properties, "phase", "string", "Where it stands, in one word: " + phases(kind) + ".");
    field(properties, "observedGeneration", "integer", "The wish that was decided about last.")
        .put("format", "int64");
    conditions(properties);
    switch (kind) {
      case PREPARATION, TRAINING -> {
        field(properties, "run", "string", "The newest run, such as fraud-3.");
        field(properties, "runKey", "string", "Fingerprint of what that run depends on.");
        field(properties, "attempt", "integer", "Number of its newest attempt.");
        many(properties, "attempts", "Its last attempts: when, how each ended, from which step.");
        open(properties, "progress", "What rank 0 said last: step, total, metrics.");
        many(properties, "replicas", "Its replicas: index, phase, node, pod.");
      }
      case INFERENCE -> {
        field(properties, "wanted", "integer", "Replicas that there shall be.");
        field(properties, "ready", "integer", "Replicas that take requests.");
        field(properties, "url", "string", "Where requests go.");
        field(properties, "revision", "integer", "Number of the newest revision.");
        field(properties, "selector", "string", "Labels of its pods, for scaling by others.");
        many(properties, "replicas", "Its replicas: index, phase, node, pod.");
      }
      case IMAGE, VOLUME -> {}
    }
    if (kind == Kind.TRAINING || kind == Kind.INFERENCE) {
      open(properties, "model", "The model: version, digest, metrics, whether it was promoted.");
    }
    if (kind != Kind.IMAGE && kind != Kind.VOLUME) {
      field(properties, "state", "string", "What the operator remembers; not to be edited.");
      many(properties, "history", "What happened last, as events tell it for longer than an hour.");
    }
    return status;
  }

  private static String phases(Kind kind) {
    return switch (kind) {
      case PREPARATION, TRAINING -> "Pending, Running, Succeeded, Failed";
      case INFERENCE -> "Pending, Progressing, Ready, Degraded, Failed";
      case IMAGE, VOLUME -> "Pending, Ready, Failed";
    };
  }

  private static void conditions(ObjectNode properties) {
    ObjectNode conditions =
        field(
            properties, "conditions", "array", "Where it stands, each with reason and next step.");
    ObjectNode condition = conditions.putObject("items").put("type", "object");
    ObjectNode fields = condition.putObject("properties");
    for (String field : List.of("type", "status", "reason", "message", "lastTransitionTime")) {
      fields.putObject(field).put("type", "string");
    }
    condition.putArray("required").add("type").add("status");
  }

  private static ObjectNode field(ObjectNode to, String name, String type, String description) {
    return to.putObject(name).put("type", type).put("description", description);
  }

  /** An object whose fields are not listed here. */
  private static void open(ObjectNode to, String name, String description) {
    field(to, name, "object", description).put("x-kubernetes-preserve-unknown-fields", true);
  }

  private static void many(ObjectNode to, String name, String description) {
    field(to, name, "array", description)
        .putObject("items")
        .put("type", "object")
        .put("x-kubernetes-preserve-unknown-fields", true);
  }

  private static ArrayNode columns(Kind kind) {
    ArrayNode columns = NODES.arrayNode();
    switch (kind) {
      case PREPARATION, TRAINING -> {
        column(columns, "Phase", "string", ".status.phase");
        column(columns, "Run", "string", ".status.run");
        column(columns, "Attempt", "integer", ".status.attempt");
        column(columns, "Step", "integer", ".status.progress.step");
        column(columns, "Total", "integer", ".status.progress.total");
      }
      case INFERENCE -> {
        column(columns, "Phase", "string", ".status.phase");
        column(columns, "Ready", "integer", ".status.ready");
        column(columns, "Wanted", "integer", ".status.wanted");
        column(columns, "Model", "integer", ".status.model.version");
        column(columns, "URL", "string", ".status.url");
      }
      case IMAGE -> column(columns, "Ref", "string", ".spec.ref");
      case VOLUME -> {
        column(columns, "Size", "string", ".spec.size");
        column(columns, "Access", "string", ".spec.access");
      }
    }
    if (kind != Kind.IMAGE && kind != Kind.VOLUME) {
      column(columns, "Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason");
    }
    column(columns, "Age", "date", ".metadata.creationTimestamp");
    return columns;
  }

  private static void column(ArrayNode columns, String name, String type, String path) {
    columns.addObject().put("name", name).put("type", type).put("jsonPath", path);
  }
}
