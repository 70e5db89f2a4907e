package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a store or a client has, there is an answer. */
class JsonFuzzTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property
  void answersToAnyMutationOfAGoodObject(@ForAll long seed, @ForAll Kind kind) {
    Random random = new Random(seed);
    ObjectNode node = ProjectReader.toJson(new RandomResources(seed).resource(kind));
    mutate(node, random);

    switch (ProjectReader.fromJson(node)) {
      case Decoding.Decoded d ->
          assertThat(ProjectReader.fromJson(ProjectReader.toJson(d.resource()))).isEqualTo(d);
      case Decoding.Undecodable u -> assertThat(u.problems()).isNotEmpty();
    }
    assertThat(ProjectReader.readJson(List.of(node, node), Path.of("/project")))
        .isInstanceOf(Reading.Refused.class);
  }

  private static void mutate(ObjectNode node, Random random) {
    ObjectNode at = node;
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      List<ObjectNode> inner = new ArrayList<>();
      at.forEach(child -> {
        if (child instanceof ObjectNode o) {
          inner.add(o);
        }
      });
      at = inner.isEmpty() ? at : inner.get(random.nextInt(inner.size()));
    }
    List<String> names = new ArrayList<>();
    at.fieldNames().forEachRemaining(names::add);
    names.add("more");
    at.set(names.get(random.nextInt(names.size())), junk(random));
  }

  private static JsonNode junk(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(true);
      case 2 -> NODES.numberNode(random.nextInt());
      case 3 -> NODES.numberNode(new BigInteger(400, random));
      case 4 -> NODES.numberNode(new BigDecimal("1e-4000"));
      case 5 -> NODES.numberNode(Double.NaN);
      case 6 -> NODES.textNode("\u0000\ud800'");
      case 7 -> new ArrayNode(NODES).add(1).add("a").addNull();
      case 8 -> NODES.objectNode().put("", 1);
      default -> NODES.binaryNode(new byte[3]);
    };
  }
}
