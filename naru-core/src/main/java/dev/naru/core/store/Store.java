package dev.naru.core.store;

import dev.naru.core.NaruException;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import java.util.List;
import java.util.Optional;

/**
 * The port to what keeps the facts. What a method has returned from is durable. One object is
 * written at a time, by compare-and-set of its version; events and audit entries are appended.
 * Every implementation passes {@code StoreContract} of this module's test-jar.
 */
public interface Store extends AutoCloseable {
  /** Everything, in order of project, kind and name. */
  List<Stored> all();

  /** One object. */
  Optional<Stored> get(Key key);

  /**
   * Writes an object in the place of the version that it names, 0 for none, together with the
   * events that go with it: all or nothing.
   *
   * @return the object as stored, with its new version
   * @throws ConflictException when the newest version is another
   */
  Stored save(Stored object, List<Event> events) throws ConflictException;

  /** Removes an object and its events, if its version is still that. */
  void remove(Stored object) throws ConflictException;

  /** The last {@code limit} events of an object, oldest first. */
  List<Event> events(Key key, int limit);

  /** The last {@code limit} events of everything, oldest first. */
  List<Event> events(int limit);

  /** Appends to the audit. */
  void audit(AuditEntry entry);

  /** The last {@code limit} audit entries, oldest first. */
  List<AuditEntry> audit(int limit);

  /** Whether the audit is as it was written, from its first entry to its last. */
  AuditChain.Report checkAudit();

  /**
   * The audit of a cluster, which its operator and webhook write.
   *
   * @param namespace of that operator
   * @throws NaruException INVALID where what is kept here is of no cluster
   */
  default Audit ofCluster(String namespace) {
    throw new NaruException(
        NaruException.Code.INVALID,
        "cannot read the audit of a cluster: this home works on none; leave --cluster out for the"
            + " home's own");
  }

  /** A fact of the home, such as a remembered port. */
  Optional<String> value(String name);

  /** Remembers a fact of the home. */
  void putValue(String name, String value);

  /** Forgets a fact of the home. */
  void removeValue(String name);

  /** The facts of the home whose names begin with that, by name. */
  java.util.SortedMap<String, String> values(String prefix);

  @Override
  void close();
}
