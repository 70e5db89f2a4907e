package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.server.json.Json;

/** The composition of the work as the API answers it. */
final class TopJson {
  private TopJson() {}

  static ObjectNode write(Top top) {
    ObjectNode json = Json.object().put("at", Times.text(top.at()));
    ArrayNode nodes = json.putArray("nodes");
    top.nodes().forEach(n -> node(nodes.addObject(), n));
    node(json.putObject("total"), top.total());
    ArrayNode workloads = json.putArray("workloads");
    for (Top.OfWorkload workload : top.workloads()) {
      ObjectNode one =
          workloads
              .addObject()
              .put("ref", workload.ref())
              .put("project", workload.project())
              .put("class", workload.workClass());
      amount(one.putObject("reserved"), workload.reserved());
      amount(one.putObject("used"), workload.used());
      one.put("replicas", workload.replicas());
    }
    return json;
  }

  private static void node(ObjectNode json, Top.OfNode node) {
    json.put("name", node.name());
    amount(json, node.size());
    ObjectNode classes = json.putObject("classes");
    node.classes()
        .forEach((name, share) -> {
          ObjectNode one = classes.putObject(name);
          share.reserved().ifPresent(r -> amount(one.putObject("reserved"), r));
          amount(one.putObject("used"), share.used());
        });
  }

  private static void amount(ObjectNode json, Top.Amount amount) {
    json.put("cpuMillis", amount.cpuMillis()).put("memoryBytes", amount.memoryBytes());
  }
}
