package dev.naru.server.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.route.RouteTable;
import dev.naru.server.json.Json;

/** A route table as {@code PUT /routes} takes it. */
final class RouteJson {
  private RouteJson() {}

  static ObjectNode write(RouteTable table) {
    ObjectNode json = Json.object().put("version", table.version());
    ArrayNode routes = json.putArray("routes");
    table.routes().forEach(r -> write(routes.addObject(), r));
    return json;
  }

  private static void write(ObjectNode json, RouteTable.Route route) {
    json.put("project", route.project())
        .put("inference", route.inference())
        .put("short", route.shortForm());
    route.ready().ifPresent(path -> json.putObject("ready").put("path", path));
    json.putObject("queue")
        .put("limit", route.queueLimit())
        .put("timeoutMillis", route.queueTimeout().toMillis());
    json.put("replayable", route.replayable());
    route.slowAfter().ifPresent(d -> json.put("slowAfterMillis", d.toMillis()));
    ArrayNode revisions = json.putArray("revisions");
    for (RouteTable.Revision revision : route.revisions()) {
      ObjectNode one =
          revisions
              .addObject()
              .put("revision", revision.revision())
              .put("weight", revision.weight());
      ArrayNode replicas = one.putArray("replicas");
      revision
          .replicas()
          .forEach(t ->
              replicas
                  .addObject()
                  .put("id", t.id())
                  .put("address", t.address())
                  .put("draining", t.draining()));
    }
  }
}
