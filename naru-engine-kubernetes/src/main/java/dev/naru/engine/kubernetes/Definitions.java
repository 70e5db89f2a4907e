package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The definitions of Naru's kinds that a cluster has, beside those of this version. They are read
 * as everybody may: by the API server's discovery and OpenAPI (v3), not as objects.
 */
final class Definitions {
  private static final String OPENAPI = "/openapi/v3/apis/" + Custom.API;
  private static final String GROUP = "naru.dev";
  private static final int NAMED = 5;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final KubernetesClient client;
  private final Map<Kind, JSONSchemaProps> own;

  Definitions(KubernetesClient client) {
    this.client = client;
    this.own = own();
  }

  /** Those of this version, as the chart has them. */
  private static Map<Kind, JSONSchemaProps> own() {
    try (InputStream in = Definitions.class.getResourceAsStream("crds.yaml")) {
      if (in == null) {
        throw new IllegalStateException("crds.yaml is not in the jar");
      }
      Map<Kind, JSONSchemaProps> schemas = new HashMap<>();
      Collection<CustomResourceDefinition> all = new KubernetesSerialization().unmarshal(in);
      for (CustomResourceDefinition crd : all) {
        Kind.ofWord(crd.getSpec().getNames().getKind())
            .ifPresent(kind ->
                schemas.put(
                    kind, crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema()));
      }
      return schemas;
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot read the definitions: " + e, e);
    }
  }

  /**
   * Why a cluster has no kinds of this version, in words that begin where "cannot use this cluster:
   * " ends.
   */
  String absent() {
    List<String> versions =
        Optional.ofNullable(client.getApiGroup(GROUP)).stream()
            .flatMap(g -> g.getVersions().stream())
            .map(v -> v.getGroupVersion())
            .toList();
    return versions.isEmpty()
        ? "it has no definitions of Naru's kinds; naru install makes them"
        : "it has definitions of %s, this version of Naru speaks %s; naru install upgrades them, or use the version of Naru that made them"
            .formatted(String.join(", ", versions), Custom.API);
  }

  /**
   * What this version knows and the cluster's definitions do not, in words; empty for nothing, or
   * where the cluster does not tell.
   */
  Optional<String> outdated() {
    List<String> lacking = new ArrayList<>();
    try {
      String text = client.raw(OPENAPI);
      JsonNode schemas = MAPPER.readTree(text == null ? "{}" : text).at("/components/schemas");
      for (JsonNode schema : schemas) {
        String word = schema.path("x-kubernetes-group-version-kind").path(0).path("kind").asText();
        Kind.ofWord(word)
            .filter(kind -> kind.word().equals(word))
            .map(own::get)
            .ifPresent(mine -> compare(word, mine, schema, lacking));
      }
    } catch (KubernetesClientException | IOException e) {
      return Optional.empty();
    }
    if (lacking.isEmpty()) {
      return Optional.empty();
    }
    List<String> first = lacking.subList(0, Math.min(NAMED, lacking.size()));
    return Optional.of(
        "the cluster's definitions are of another version and lack %s%s; naru install upgrades them"
            .formatted(
                String.join(", ", first),
                lacking.size() > NAMED ? " and " + (lacking.size() - NAMED) + " more" : ""));
  }

  /** Adds the path of each property that is not there; what is below it is not looked for. */
  static void compare(String path, JSONSchemaProps mine, JsonNode theirs, List<String> lacking) {
    if (mine.getProperties() != null) {
      mine.getProperties()
          .forEach((name, property) -> {
            JsonNode there = theirs.path("properties").path(name);
            if (there.isMissingNode()) {
              lacking.add(path + "." + name);
            } else {
              compare(path + "." + name, property, there, lacking);
            }
          });
    }
    if (mine.getItems() != null && mine.getItems().getSchema() != null) {
      compare(path + "[]", mine.getItems().getSchema(), theirs.path("items"), lacking);
    }
  }
}
