package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditTest {
  private static final String KEY = "a".repeat(64);
  private static final String ENTRIES =
      """
      {"items": [
        {"at": "2026-11-02T10:00:00.000Z", "who": "naru", "action": "trust",
         "target": "h:1/team/app@sha256:1", "outcome": "accepted",
         "detail": "key=%s policy=bank/0123456789ab"},
        {"at": "2026-11-02T10:00:01.000Z", "who": "kim", "action": "up", "target": "finance",
         "outcome": "refused", "detail": "cannot accept it = no"}]}\
      """
          .formatted(KEY);

  @TempDir private Path home;

  private static Ran audit(FakeServer server, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "audit";
    System.arraycopy(args, 0, all, 1, args.length);
    return Ran.of(server.env(), all);
  }

  @Test
  void listsEntriesAndTellsTheirFactsByName() throws IOException {
    try (FakeServer server = new FakeServer(home)) {
      server.on("GET /api/v1/audit?limit=100", ENTRIES);

      Ran table = audit(server);
      var items =
          Json.read(audit(server, "-o", "json").out().getBytes(StandardCharsets.UTF_8))
              .path("items");

      assertThat(table.code()).as(table.err()).isZero();
      assertThat(table.out()).startsWith("AT ").contains("h:1/team/app@sha256:1");
      assertThat(items.get(0).at("/facts/key").asText()).isEqualTo(KEY);
      assertThat(items.get(0).at("/facts/policy").asText()).isEqualTo("bank/0123456789ab");
      assertThat(items.get(1).has("facts")).isFalse();
    }
  }

  @Test
  void saysWhetherTheChainHoldsAndWhereNot() {
    try (FakeServer server = new FakeServer(home)) {
      server.on(
          "GET /api/v1/audit/check",
          "{\"entries\": 7, \"unchained\": 2, \"head\": \"ab\", \"whole\": true}");
      Ran whole = audit(server, "--verify");
      server.on(
          "GET /api/v1/audit/check",
          "{\"entries\": 7, \"unchained\": 0, \"head\": \"ab\", \"whole\": false, \"broken\":"
              + " \"entry 3 does not follow\"}");
      Ran broken = audit(server, "--verify");

      assertThat(whole.code()).isZero();
      assertThat(whole.out()).isEqualTo("ab\n");
      assertThat(whole.err()).contains("7 entries are as they were written, but for the first 2");
      assertThat(broken.code()).isEqualTo(1);
      assertThat(broken.err()).contains("cannot trust the audit: entry 3 does not follow");
      assertThat(audit(server, "--limit", "0").code()).isEqualTo(2);
    }
  }

  @Test
  void revokeFirstListsWhatItHits() {
    try (FakeServer server = new FakeServer(home)) {
      String key = Ran.of(server.env(), "keys", "create").out().strip();
      server.on("GET /api/v1/audit?limit=10000", ENTRIES.replace(KEY, key));
      server.on(
          "GET /api/v1/resources",
          """
          {"items": [
            {"kind": "Image", "metadata": {"name": "app", "namespace": "finance"},
             "spec": {"ref": "h:1/team/app@sha256:1"}},
            {"kind": "Training", "metadata": {"name": "fraud", "namespace": "finance"},
             "spec": {"image": "app"}},
            {"kind": "Training", "metadata": {"name": "fraud", "namespace": "other"},
             "spec": {"image": "app"}}]}\
          """);

      Ran asked = Ran.of(server.env(), "keys", "revoke", key.substring(0, 12));

      assertThat(asked.code()).isEqualTo(2);
      assertThat(asked.err())
          .contains("will not start again, what runs goes on: finance/training/fraud (h:1/team")
          .doesNotContain("other/training")
          .contains("cannot ask");
    }
  }
}
