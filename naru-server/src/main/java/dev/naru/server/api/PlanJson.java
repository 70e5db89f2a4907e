package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Link;
import dev.naru.core.plan.Plan;
import dev.naru.server.json.Json;
import java.util.Locale;

/** A plan as the API answers it. */
final class PlanJson {
  private PlanJson() {}

  static ObjectNode write(PlanAnswer answer) {
    Plan plan = answer.plan();
    ObjectNode json = Json.object().put("project", answer.project()).put("engine", answer.engine());
    ArrayNode changes = json.putArray("changes");
    for (Plan.Change change : plan.changes()) {
      changes
          .addObject()
          .put("action", change.action().name().toLowerCase(Locale.ROOT))
          .put("ref", change.ref())
          .put("detail", change.detail())
          .put("loses", change.loses());
    }
    ArrayNode notes = json.putArray("notes");
    for (Judgement note : plan.judgements()) {
      notes
          .addObject()
          .put("level", note.level().name())
          .put("ref", note.ref())
          .put("field", note.field())
          .put("message", note.message());
    }
    ArrayNode links = json.putArray("links");
    for (Link link : plan.links()) {
      links
          .addObject()
          .put("from", link.from())
          .put("to", link.to())
          .put("host", link.host())
          .put("port", link.port())
          .put("protocol", link.protocol().name().toLowerCase(Locale.ROOT))
          .put("why", link.why());
    }
    json.put("nothingToDo", plan.nothingToDo())
        .put("refused", plan.refused())
        .put("needsConfirmation", answer.needsConfirmation());
    ArrayNode warnings = json.putArray("warnings");
    answer.warnings().forEach(warnings::add);
    ArrayNode addresses = json.putArray("addresses");
    for (PlanAnswer.Address address : answer.addresses()) {
      ObjectNode one = addresses.addObject().put("ref", address.ref()).put("url", address.url());
      address.shortForm().ifPresent(s -> one.put("short", s));
      one.put("shortOwner", address.shortOwner());
    }
    PlanAnswer.Capacity capacity = answer.capacity();
    ObjectNode amounts = json.putObject("capacity");
    if (capacity.cpuMillis() > 0) {
      amounts.put("cpuMillis", capacity.cpuMillis()).put("memoryBytes", capacity.memoryBytes());
    }
    amounts
        .put("reservedCpuMillis", capacity.reservedCpuMillis())
        .put("reservedMemoryBytes", capacity.reservedMemoryBytes());
    return json;
  }
}
