package dev.naru.server.loop;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Audit;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Resources in a cluster, facts of the home at home. */
final class SplitStore implements Store {
  private final Store cluster;
  private final Store home;

  SplitStore(Store cluster, Store home) {
    this.cluster = cluster;
    this.home = home;
  }

  @Override
  public List<Stored> all() {
    return cluster.all();
  }

  @Override
  public Optional<Stored> get(Key key) {
    return cluster.get(key);
  }

  @Override
  public Stored save(Stored object, List<Event> events) throws ConflictException {
    return cluster.save(object, events);
  }

  @Override
  public void remove(Stored object) throws ConflictException {
    cluster.remove(object);
  }

  @Override
  public List<Event> events(Key key, int limit) {
    return cluster.events(key, limit);
  }

  @Override
  public List<Event> events(int limit) {
    return cluster.events(limit);
  }

  @Override
  public void audit(AuditEntry entry) {
    home.audit(entry);
  }

  @Override
  public List<AuditEntry> audit(int limit) {
    return home.audit(limit);
  }

  @Override
  public AuditChain.Report checkAudit() {
    return home.checkAudit();
  }

  @Override
  public Audit ofCluster(String namespace) {
    return cluster.ofCluster(namespace);
  }

  @Override
  public Optional<String> value(String name) {
    return home.value(name);
  }

  @Override
  public void putValue(String name, String value) {
    home.putValue(name, value);
  }

  @Override
  public void removeValue(String name) {
    home.removeValue(name);
  }

  @Override
  public SortedMap<String, String> values(String prefix) {
    return home.values(prefix);
  }

  /** The home's store is the server's to close. */
  @Override
  public void close() {
    cluster.close();
  }
}
