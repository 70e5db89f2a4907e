package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Json;
import dev.naru.server.operator.Requesters.Requester;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who asked for what a resource is. */
class RequestersTest {
  private static final Key DATA = new Key("shop", Kind.VOLUME, "data");
  private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");

  private final List<AuditEntry> audit = new ArrayList<>();
  private final Map<Key, Requester> shown = new HashMap<>();
  private final Requesters requesters =
      new Requesters(
          limit -> audit.subList(Math.max(0, audit.size() - limit), audit.size()),
          audit::add,
          key -> Optional.ofNullable(shown.get(key)),
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void itIsWhoTheWebhookRecorded() {
    record("alice", "create", "generation=1");
    record("bob", "update", "generation=12 changed=size");
    record("carol", "update", "generation=1 desired=Down");

    requesters.look(List.of(volume(12)));

    assertThat(requesters.of(DATA)).contains(new Requester(12, "bob"));
    assertThat(audit).hasSize(3);
  }

  @Test
  void whatTheWebhookWasNotAskedAboutIsRecordedOnceAsUnknown() {
    record("alice", "create", "generation=1");

    requesters.look(List.of(volume(2)));
    requesters.look(List.of(volume(2)));

    assertThat(requesters.of(DATA)).contains(new Requester(2, "unknown"));
    assertThat(audit.subList(1, audit.size()))
        .containsExactly(
            new AuditEntry(
                NOW,
                "naru",
                "change",
                "shop/volume/data",
                "accepted",
                "generation=2 requester unknown: the webhook was not asked"));
  }

  @Test
  void oneOfItsNameThatWasRemovedIsAnotherOne() {
    record("alice", "create", "generation=1");
    record("alice", "delete", "");

    requesters.look(List.of(volume(1)));

    assertThat(requesters.of(DATA)).map(Requester::user).contains("unknown");
  }

  @Test
  void whatItsStatusSaysIsNotLookedForAgain() {
    shown.put(DATA, new Requester(3, "alice"));

    requesters.look(List.of(volume(3)));

    assertThat(requesters.of(DATA)).contains(new Requester(3, "alice"));
    assertThat(audit).isEmpty();
  }

  @Test
  void farBackIsLookedOnceAlone() {
    List<Integer> limits = new ArrayList<>();
    Requesters each =
        new Requesters(
            limit -> {
              limits.add(limit);
              return List.of();
            },
            audit::add,
            key -> Optional.empty(),
            Clock.fixed(NOW, ZoneOffset.UTC));

    each.look(List.of(volume(1)));
    each.look(List.of(volume(2)));

    assertThat(limits).containsExactly(200, 10_000, 200, 1_000);
  }

  @Test
  void whatIsGoneIsForgotten() {
    record("alice", "create", "generation=1");
    requesters.look(List.of(volume(1)));

    requesters.look(List.of());

    assertThat(requesters.of(DATA)).isEmpty();
  }

  private void record(String who, String action, String detail) {
    audit.add(new AuditEntry(NOW, who, action, DATA.toString(), "accepted", detail));
  }

  private static Stored volume(long generation) {
    String text =
        """
        {"apiVersion": "naru.dev/v1alpha1", "kind": "Volume", "metadata": {"name": "data"},
         "spec": {"size": "1Gi", "access": "ReadWriteMany"}}\
        """;
    Resource resource =
        switch (ProjectReader.fromJson(Json.read(text, "a volume"))) {
          case Decoding.Decoded decoded -> decoded.resource();
          case Decoding.Undecodable bad -> throw new AssertionError(bad.problems());
        };
    return new Stored(
        DATA,
        1,
        generation,
        resource,
        Stored.Desired.UP,
        new State.OfThing(Optional.empty()),
        Instant.EPOCH);
  }
}
