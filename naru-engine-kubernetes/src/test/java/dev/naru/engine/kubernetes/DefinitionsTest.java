package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionsTest {
  private static final JSONSchemaProps MINE =
      new JSONSchemaPropsBuilder()
          .addToProperties(
              "spec",
              new JSONSchemaPropsBuilder()
                  .addToProperties("workers", new JSONSchemaProps())
                  .addToProperties(
                      "inputs",
                      new JSONSchemaPropsBuilder()
                          .withNewItems()
                          .withSchema(
                              new JSONSchemaPropsBuilder()
                                  .addToProperties("from", new JSONSchemaProps())
                                  .addToProperties("name", new JSONSchemaProps())
                                  .build())
                          .endItems()
                          .build())
                  .build())
          .build();

  private static List<String> lacking(String theirs) throws IOException {
    JsonNode schema = new ObjectMapper().readTree(theirs);
    List<String> lacking = new ArrayList<>();
    Definitions.compare("Training", MINE, schema, lacking);
    return lacking;
  }

  @Test
  void everyFieldThatTheClusterDoesNotKnowIsFound() throws IOException {
    assertThat(
            lacking(
                "{\"properties\":{\"spec\":{\"properties\":{\"inputs\":{\"items\":{\"properties\":{\"from\":{}}}}}}}}"))
        .containsExactlyInAnyOrder("Training.spec.workers", "Training.spec.inputs[].name");
  }

  @Test
  void whatTheClusterKnowsBesideHarmsNobody() throws IOException {
    assertThat(
            lacking(
                "{\"properties\":{\"spec\":{\"properties\":{\"new\":{},\"workers\":{},\"inputs\":{\"items\":{\"properties\":{\"from\":{},\"name\":{}}}}}}}}"))
        .isEmpty();
  }
}
