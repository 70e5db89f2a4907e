package dev.naru.server.loop;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Replica;
import dev.naru.core.engine.Template;
import dev.naru.core.run.Backoff;
import dev.naru.core.store.Store;
import dev.naru.server.api.Ports;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps the gateway alive: one replica of a group of Naru's own, replaced when it ends, left alone
 * otherwise.
 */
final class GatewayKeeper {
  private static final GroupId ID = new GroupId(GroupId.SYSTEM, Kind.INFERENCE, "gateway", 1, 0);
  private static final String START = "gateway.start";
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Engine engine;
  private final Store store;
  private final Ports ports;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private String trouble = "";

  GatewayKeeper(Engine engine, Store store, Ports ports) {
    this.engine = engine;
    this.store = store;
    this.ports = ports;
  }

  /** Starts it where there is none; replaces it where it ended. */
  void keep(Observation observed, Instant now) {
    int start = store.value(START).map(Integer::parseInt).orElse(0);
    switch (observed) {
      case Observation.Unknown _ -> {}
      case Observation.Absent _ -> engine.apply(group(start));
      case Observation.Seen seen -> {
        Optional<Replica> replica = seen.replica(new Member(0, start));
        if (replica.isEmpty()) {
          engine.apply(group(start));
        } else if (replica.get().exit().isPresent()) {
          replace(replica.get(), start, now);
        } else if (replica.get().startedAt().plusSeconds(10).isBefore(now)) {
          failures = 0;
          trouble = "";
        }
      }
    }
  }

  private void replace(Replica dead, int start, Instant now) {
    if (notBefore.equals(Instant.MIN)) {
      failures++;
      notBefore = now.plus(Backoff.STANDARD.after(failures));
      trouble =
          "the gateway ended with " + dead.exit().orElseThrow().code() + ": " + lastLine(dead);
    }
    if (!now.isBefore(notBefore)) {
      notBefore = Instant.MIN;
      store.putValue(START, Integer.toString(start + 1));
      engine.apply(group(start + 1));
    }
  }

  private String lastLine(Replica dead) {
    StringBuilder last = new StringBuilder();
    engine.logs(
        new dev.naru.core.engine.LogQuery(ID, dead.member(), 1, false),
        line -> {
          last.setLength(0);
          last.append(line);
          return true;
        });
    return last.toString();
  }

  /** What is wrong with it, in words; empty for nothing. */
  String trouble() {
    return trouble;
  }

  /** Stops it; true once nothing of it is left. */
  boolean stop() {
    if (engine.observe(ID) instanceof Observation.Absent) {
      return true;
    }
    engine.remove(ID, GRACE);
    return false;
  }

  static boolean isGateway(GroupId id) {
    return id.equals(ID);
  }

  private Group group(int start) {
    Template template =
        new Template(
            new Program.Gateway(ports.gateway(), ports.gatewayAdmin()),
            new TreeMap<>(),
            List.of(),
            new Resources(new Cpu(100), Bytes.ofMebibytes(256)),
            new Limits(Optional.empty()),
            GRACE,
            Optional.empty(),
            1);
    return new Group(ID, GroupKind.SERVICE, template, List.of(new Member(0, start)), List.of());
  }
}
