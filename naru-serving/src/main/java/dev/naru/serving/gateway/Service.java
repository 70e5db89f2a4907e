package dev.naru.serving.gateway;

import dev.naru.serving.gateway.RoutingTable.Revision;
import dev.naru.serving.gateway.RoutingTable.Route;
import dev.naru.serving.gateway.RoutingTable.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One route at work: its replicas, its queue of held requests, its counters. On the loop. */
final class Service {
  /** The replicas of one revision that may get requests now. */
  private record Pool(int weight, List<Replica> available) {}

  private final Counters counters = new Counters();
  private final HoldQueue held;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, Replica> replicas = new LinkedHashMap<>();
  private final DataPlane plane;
  private Route route;
  private List<Pool> pools = List.of();
  private int totalWeight;
  private int inFlight;

  Service(Route route, DataPlane plane) {
    this.route = route;
    this.plane = plane;
    this.held = new HoldQueue(plane, counters);
  }

  DataPlane plane() {
    return plane;
  }

  Route route() {
    return route;
  }

  Counters counters() {
    return counters;
  }

  HoldQueue held() {
    return held;
  }

  Collection<Replica> replicas() {
    return replicas.values();
  }

  /** Requests that are with a replica now. */
  int inFlight() {
    return inFlight;
  }

  void inFlight(int change) {
    inFlight += change;
  }

  /** Takes a new version of the route; returns the replicas that are new. */
  List<Replica> update(Route next) {
    route = next;
    Map<String, Replica> before = new LinkedHashMap<>(replicas);
    replicas.clear();
    List<Replica> added = new ArrayList<>();
    for (Revision revision : next.revisions()) {
      for (Target target : revision.replicas()) {
        Replica known = before.get(target.key());
        if (known != null && known.address().equals(target.address())) {
          before.remove(target.key());
          if (known.draining() && !target.draining()) {
            added.add(known); // Probing stopped when it drained; it begins again.
          }
          known.update(target);
          replicas.put(target.key(), known);
        } else {
          Replica fresh = new Replica(target, this);
          replicas.put(target.key(), fresh);
          added.add(fresh);
        }
      }
    }
    before.values().forEach(Replica::retire);
    readinessChanged();
    return added;
  }

  void retire() {
    replicas.values().forEach(Replica::retire);
    replicas.clear();
    readinessChanged();
  }

  /**
   * Finds anew who may get requests; to be called after any replica became ready or stopped to be.
   */
  void readinessChanged() {
    List<Pool> next = new ArrayList<>();
    int total = 0;
    for (Revision revision : route.revisions()) {
      List<Replica> available = new ArrayList<>();
      for (Target target : revision.replicas()) {
        Replica replica = replicas.get(target.key());
        if (replica != null && replica.available()) {
          available.add(replica);
        }
      }
      if (!available.isEmpty() && revision.weight() > 0) {
        next.add(new Pool(revision.weight(), List.copyOf(available)));
        total += revision.weight();
      }
    }
    pools = next;
    totalWeight = total;
    held.release(this);
  }

  /**
   * The replica for the next request, or null while none is ready: by weight, then the less loaded
   * of two.
   */
  @Nullable Replica pick() {
    if (pools.isEmpty()) {
      return null;
    }
    Pool pool = pools.getFirst();
    if (pools.size() > 1) {
      int left = random.nextInt(totalWeight);
      for (Pool candidate : pools) {
        pool = candidate;
        left -= candidate.weight();
        if (left < 0) {
          break;
        }
      }
    }
    List<Replica> available = pool.available();
    int size = available.size();
    if (size == 1) {
      return available.getFirst();
    }
    int first = random.nextInt(size);
    int second = random.nextInt(size - 1);
    second = second < first ? second : second + 1;
    Replica a = available.get(first);
    Replica b = available.get(second);
    return b.outstanding() < a.outstanding() ? b : a;
  }
}
