package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.store.Audit;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit of a cluster: objects of kind {@code AuditPage}, 100 entries each, which the API server
 * lets nobody change but by adding. Each entry follows the chain of {@link AuditChain}. A page is
 * written under the version that was read, so operator and webhook follow each other without
 * knowing each other. What {@link #add} has returned from is kept; where it failed the entry may be
 * there all the same. Names count down, so that the API server lists the newest page first. Safe
 * for any thread.
 */
public final class AuditPages implements Audit {
  static final String KIND = "AuditPage";

  /** As the definition says. */
  static final int ON_A_PAGE = 100;

  private static final int LONGEST = 9_900;
  private static final int LAST_NAME = 999_999_999;
  private static final int TRIES = 20;
  private static final long AT_ONCE = 20;
  private static final int HASH = AuditChain.START.length();
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(AuditPages.class);

  private final KubernetesClient client;
  private final String namespace;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private @Nullable Page newest;

  AuditPages(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * The audit of a cluster.
   *
   * @param namespace of its operator
   */
  public static AuditPages in(Cluster cluster, String namespace) {
    return new AuditPages(cluster.client(), namespace);
  }

  /**
   * A page.
   *
   * @param number from 1
   * @param first number of its first entry
   * @param before hash of the chain up to the page before
   * @param entries by number, each its hash, a space and JSON
   * @param kept as the API server has it, null where it is yet to be made
   */
  private record Page(
      long number,
      long first,
      String before,
      SortedMap<String, String> entries,
      @Nullable GenericKubernetesResource kept) {
    static Page after(@Nullable Page last) {
      return last == null
          ? new Page(1, 1, AuditChain.START, new TreeMap<>(), null)
          : new Page(
              last.number() + 1,
              last.first() + last.entries().size(),
              last.head(),
              new TreeMap<>(),
              null);
    }

    static Page of(GenericKubernetesResource kept) {
      SortedMap<String, String> entries = new TreeMap<>();
      if (kept.getAdditionalProperties().get("entries") instanceof Map<?, ?> map) {
        map.forEach((n, text) -> entries.put(String.valueOf(n), String.valueOf(text)));
      }
      String name = kept.getMetadata().getName();
      return new Page(
          LAST_NAME - Long.parseLong(name.substring(name.lastIndexOf('-') + 1)),
          ((Number) kept.getAdditionalProperties().getOrDefault("first", 0)).longValue(),
          String.valueOf(kept.getAdditionalProperties().get("before")),
          entries,
          kept);
    }

    String head() {
      return entries.isEmpty() ? before : hash(entries.sequencedValues().getLast());
    }
  }

  /**
   * Adds an entry; what is too long is cut, and says so. Entries that come while one is written are
   * written together after it.
   *
   * @throws NaruException where the API server does not keep it
   */
  public void add(AuditEntry entry) {
    Waiting mine = new Waiting(fitting(entry));
    waiting.add(mine);
    synchronized (this) {
      if (!mine.over) { // what another has not taken along
        addAll(takeAll());
      }
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
  }

  /**
   * Does once what adding does and keeps nothing, so that the first entry does not wait for a
   * program that has never done it.
   *
   * @throws NaruException where the API server would not keep an entry
   */
  public void rehearse(AuditEntry entry) {
    try {
      added(withRoom(look()), List.of(fitting(entry)), true);
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) { // else somebody adds just now
        throw Trouble.of("add to the audit", e);
      }
    }
  }

  /** An entry, and what came of it; written under the monitor of the pages. */
  private static final class Waiting {
    private final AuditEntry entry;
    private boolean over;
    private @Nullable RuntimeException failure;

    Waiting(AuditEntry entry) {
      this.entry = entry;
    }
  }

  /** Entries that nobody writes yet. */
  int waiting() {
    return waiting.size();
  }

  private List<Waiting> takeAll() {
    List<Waiting> all = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      all.add(next);
    }
    return all;
  }

  private void addAll(List<Waiting> all) {
    int done = 0;
    RuntimeException failure =
        new IllegalStateException("cannot add to the audit: its writer ended");
    try {
      while (done < all.size()) {
        List<Waiting> next = all.subList(done, all.size());
        int kept = addSome(next.stream().map(w -> w.entry).toList());
        next.subList(0, kept).forEach(w -> w.over = true);
        done += kept;
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally { // also of an error: nobody else writes what was taken
      for (Waiting lost : all.subList(done, all.size())) {
        lost.over = true;
        lost.failure = failure;
      }
    }
  }

  /** Adds as many as there is room for on the newest page, one at least, and says how many. */
  private int addSome(List<AuditEntry> entries) {
    for (int i = 0; i < TRIES; i++) {
      try {
        Page page = withRoom(newest == null ? look() : newest);
        List<AuditEntry> some =
            entries.subList(0, Math.min(entries.size(), ON_A_PAGE - page.entries().size()));
        newest = null; // until it is known what came of it
        newest = Page.of(added(page, some, false));
        LOG.info("audit {} {}", newest.head(), some);
        return some.size();
      } catch (KubernetesClientException e) {
        if (!Trouble.conflict(e)) {
          throw Trouble.of("add to the audit", e);
        }
      }
    }
    throw new NaruException(
        Code.FAILED,
        "cannot add to the audit: others added to it each of " + TRIES + " times; try again");
  }

  private static Page withRoom(@Nullable Page page) {
    return page == null || page.entries().size() >= ON_A_PAGE ? Page.after(page) : page;
  }

  private @Nullable Page look() {
    return list(1, null).getItems().stream().map(Page::of).findFirst().orElse(null);
  }

  private GenericKubernetesResource added(Page page, List<AuditEntry> some, boolean dry) {
    SortedMap<String, String> entries = new TreeMap<>(page.entries());
    String head = page.head();
    for (AuditEntry entry : some) {
      String line = line(head, entry);
      entries.put(key(page.first() + entries.size()), line);
      head = hash(line);
    }
    if (page.kept() != null) {
      GenericKubernetesResource next = client.getKubernetesSerialization().clone(page.kept());
      next.setAdditionalProperty("entries", entries);
      return client.resource(next).dryRun(dry).update();
    }
    GenericKubernetesResource made = new GenericKubernetesResource();
    made.setApiVersion(Custom.API);
    made.setKind(KIND);
    made.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName("audit-" + key(LAST_NAME - page.number()))
            .addToLabels(Labels.MANAGED_BY, Labels.NARU)
            .build());
    made.setAdditionalProperty("first", page.first());
    made.setAdditionalProperty("before", page.before());
    made.setAdditionalProperty("entries", entries);
    return client.resource(made).dryRun(dry).create();
  }

  @Override
  public List<AuditEntry> entries(int limit) {
    List<List<AuditEntry>> pages = new ArrayList<>();
    newestFirst(page -> {
      pages.addFirst(page.entries().values().stream().map(AuditPages::entry).toList());
      return pages.stream().mapToInt(List::size).sum() < limit;
    });
    List<AuditEntry> all = pages.stream().flatMap(List::stream).toList();
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  /** Of the pages that are there; the first of them may follow others, which were put elsewhere. */
  @Override
  public AuditChain.Report check() {
    List<Page> pages = new ArrayList<>();
    newestFirst(page -> {
      pages.addFirst(page);
      return true;
    });
    AuditChain chain =
        new AuditChain(pages.isEmpty() ? AuditChain.START : pages.getFirst().before());
    for (Page page : pages) {
      page.entries().values().forEach(text -> chain.next(entry(text), hash(text)));
    }
    return chain.report();
  }

  private void newestFirst(Predicate<Page> more) {
    String at = null;
    do {
      GenericKubernetesResourceList list = list(AT_ONCE, at);
      for (GenericKubernetesResource page : list.getItems()) {
        if (!more.test(Page.of(page))) {
          return;
        }
      }
      at = list.getMetadata().getContinue();
    } while (at != null && !at.isEmpty());
  }

  private GenericKubernetesResourceList list(long limit, @Nullable String from) {
    return Trouble.call(
        "read the audit of namespace " + namespace,
        () ->
            client
                .genericKubernetesResources(Custom.API, KIND)
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(limit).withContinue(from).build()));
  }

  private static String key(long number) {
    return "%09d".formatted(number);
  }

  private static String line(String head, AuditEntry entry) {
    return AuditChain.link(head, entry) + " " + json(entry);
  }

  private static String json(AuditEntry entry) {
    return MAPPER
        .createObjectNode()
        .put("at", entry.at().toString())
        .put("who", entry.who())
        .put("action", entry.action())
        .put("target", entry.target())
        .put("outcome", entry.outcome())
        .put("detail", entry.detail())
        .toString();
  }

  private static String hash(String text) {
    return text.substring(0, Math.min(HASH, text.length()));
  }

  /** What cannot be read is an entry that says so: the chain does not hold there. */
  private static AuditEntry entry(String text) {
    try {
      JsonNode json = MAPPER.readTree(text.substring(Math.min(HASH, text.length())));
      return new AuditEntry(
          Instant.parse(json.path("at").asText()),
          json.path("who").asText(),
          json.path("action").asText(),
          json.path("target").asText(),
          json.path("outcome").asText(),
          json.path("detail").asText());
    } catch (JsonProcessingException | DateTimeParseException e) {
      return new AuditEntry(Instant.EPOCH, "?", "?", "?", "?", "cannot be read");
    }
  }

  private static AuditEntry fitting(AuditEntry entry) {
    AuditEntry cut = entry;
    for (int most = LONGEST / 2; json(cut).length() > LONGEST; most /= 2) {
      cut =
          new AuditEntry(
              cut.at(),
              cut(entry.who(), most),
              entry.action(),
              cut(entry.target(), most),
              entry.outcome(),
              cut(entry.detail(), most));
    }
    return cut;
  }

  private static String cut(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, most) + "... (" + text.length() + " characters)";
  }
}
