package dev.naru.server.loop;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Usage;
import dev.naru.core.plan.Reservations;
import dev.naru.core.plan.Reservations.Reservation;
import dev.naru.core.state.Key;
import dev.naru.core.store.Store;
import dev.naru.server.api.Live;
import dev.naru.server.api.Top;
import dev.naru.server.api.Top.Amount;
import dev.naru.server.api.Top.Share;
import dev.naru.spec.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The composition of the work. A rate is the difference of two readings of the engine's use; the
 * reading of the call before is the first one where it is young enough.
 */
final class TopView {
  private static final Duration YOUNG = Duration.ofSeconds(10);
  private static final Duration OLD_ENOUGH = Duration.ofMillis(400);
  private static final List<String> CLASSES = List.of("prepare", "train", "infer", "naru", "other");

  private final Engine engine;
  private final Store store;
  private Optional<Usage> before = Optional.empty();
  private final OwnUse own = new OwnUse();

  TopView(Engine engine, Store store) {
    this.engine = engine;
    this.store = store;
  }

  private record Id(GroupId group, Member member) {}

  private record Used(String node, String workClass, Optional<Key> key, Amount amount) {}

  synchronized Top now(Collection<Live> live) {
    Usage now = own.added(engine.usage());
    Usage first =
        before
            .filter(u -> Duration.between(u.at(), now.at()).compareTo(YOUNG) < 0)
            .filter(u -> Duration.between(u.at(), now.at()).compareTo(OLD_ENOUGH) >= 0)
            .orElse(null);
    if (first == null) {
      sleep();
      before = Optional.of(now);
      return between(now, own.added(engine.usage()), live);
    }
    before = Optional.of(now);
    return between(first, now, live);
  }

  private static void sleep() {
    try {
      Thread.sleep(OLD_ENOUGH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Top between(Usage first, Usage last, Collection<Live> live) {
    List<Node> nodes = engine.nodes();
    Map<GroupId, Observation> observed = new HashMap<>();
    live.stream().map(Live::observed).forEach(observed::putAll);
    List<Reservation> reserved = Reservations.of(store.all(), observed, nodes);
    List<Used> used = used(first, last);
    List<Top.OfNode> ofNodes = new ArrayList<>();
    for (Node node : nodes.stream().filter(Node::isSeen).toList()) {
      ofNodes.add(ofNode(node, busy(node, first, last), reserved, used));
    }
    return new Top(last.at(), ofNodes, total(ofNodes), workloads(reserved, used));
  }

  private static List<Used> used(Usage first, Usage last) {
    Map<Id, Usage.OfReplica> earlier = new HashMap<>();
    first.replicas().forEach(r -> earlier.put(new Id(r.group(), r.member()), r));
    double seconds = seconds(first, last);
    List<Used> used = new ArrayList<>();
    for (Usage.OfReplica r : last.replicas()) {
      Usage.OfReplica then = earlier.get(new Id(r.group(), r.member()));
      Duration cpu = then == null ? r.cpu() : r.cpu().minus(then.cpu());
      boolean own = r.group().project().equals(GroupId.SYSTEM);
      used.add(
          new Used(
              r.node(),
              own ? "naru" : workClass(r.group().kind()),
              own
                  ? Optional.empty()
                  : Optional.of(
                      new Key(r.group().project(), r.group().kind(), r.group().workload())),
              new Amount(millis(cpu, seconds), r.memory().value())));
    }
    return used;
  }

  private static Top.OfNode ofNode(
      Node node, Amount busy, List<Reservation> reserved, List<Used> used) {
    Amount size = new Amount(node.cpu().millis(), node.memory().value());
    Amount free = size;
    Amount idle = size;
    SortedMap<String, Share> classes = new TreeMap<>();
    Amount known = Amount.NONE;
    for (String name : CLASSES) {
      Amount sum = Amount.NONE;
      for (Used u : used) {
        if (u.node().equals(node.name()) && u.workClass().equals(name)) {
          sum = sum.plus(u.amount());
        }
      }
      if (name.equals("other")) {
        sum = busy.minus(known);
      }
      known = known.plus(sum);
      Amount took = least(sum, idle);
      idle = idle.minus(took);
      Amount kept = Amount.NONE;
      for (Reservation r : reserved) {
        if (r.node().equals(node.name()) && workClass(r.key().kind()).equals(name)) {
          kept = kept.plus(new Amount(r.each().cpu().millis(), r.each().memory().value()));
        }
      }
      free = free.minus(kept);
      boolean reserves = !name.equals("naru") && !name.equals("other");
      classes.put(name, new Share(reserves ? Optional.of(kept) : Optional.empty(), took));
    }
    classes.put("free", new Share(Optional.of(free), idle));
    return new Top.OfNode(node.name(), size, classes);
  }

  /** What all programs of a node use, Naru's or not. */
  private static Amount busy(Node node, Usage first, Usage last) {
    Optional<Usage.OfNode> then =
        first.nodes().stream().filter(n -> n.node().equals(node.name())).findFirst();
    Optional<Usage.OfNode> now =
        last.nodes().stream().filter(n -> n.node().equals(node.name())).findFirst();
    if (then.isEmpty() || now.isEmpty()) {
      return Amount.NONE;
    }
    return new Amount(
        millis(now.get().cpu().minus(then.get().cpu()), seconds(first, last)),
        now.get().memory().value());
  }

  private static Top.OfNode total(List<Top.OfNode> nodes) {
    Amount size = Amount.NONE;
    SortedMap<String, Share> classes = new TreeMap<>();
    for (Top.OfNode node : nodes) {
      size = size.plus(node.size());
      node.classes()
          .forEach((name, share) ->
              classes.merge(
                  name,
                  share,
                  (a, b) ->
                      new Share(
                          a.reserved().map(x -> x.plus(b.reserved().orElse(Amount.NONE))),
                          a.used().plus(b.used()))));
    }
    return new Top.OfNode("total", size, classes);
  }

  private static List<Top.OfWorkload> workloads(List<Reservation> reserved, List<Used> used) {
    SortedMap<String, Top.OfWorkload> all = new TreeMap<>();
    for (Reservation r : reserved) {
      all.merge(
          r.key().toString(),
          new Top.OfWorkload(
              r.key().ref(),
              r.key().project(),
              workClass(r.key().kind()),
              new Amount(r.each().cpu().millis(), r.each().memory().value()),
              Amount.NONE,
              1),
          TopView::add);
    }
    for (Used u : used) {
      u.key()
          .ifPresent(key ->
              all.merge(
                  key.toString(),
                  new Top.OfWorkload(
                      key.ref(), key.project(), u.workClass(), Amount.NONE, u.amount(), 0),
                  TopView::add));
    }
    return List.copyOf(all.values());
  }

  private static Top.OfWorkload add(Top.OfWorkload a, Top.OfWorkload b) {
    return new Top.OfWorkload(
        a.ref(),
        a.project(),
        a.workClass(),
        a.reserved().plus(b.reserved()),
        a.used().plus(b.used()),
        a.replicas() + b.replicas());
  }

  private static String workClass(Kind kind) {
    return switch (kind) {
      case PREPARATION -> "prepare";
      case TRAINING -> "train";
      case INFERENCE -> "infer";
      case IMAGE, VOLUME -> "other";
    };
  }

  private static Amount least(Amount a, Amount b) {
    return new Amount(
        Math.min(a.cpuMillis(), b.cpuMillis()), Math.min(a.memoryBytes(), b.memoryBytes()));
  }

  private static double seconds(Usage first, Usage last) {
    return Math.max(0.001, Duration.between(first.at(), last.at()).toNanos() / 1e9);
  }

  private static long millis(Duration cpu, double seconds) {
    return Math.max(0, Math.round(cpu.toNanos() / 1e6 / seconds));
  }
}
