package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What refers to a manifest (OCI distribution specification 1.1, listing referrers): by the
 * registry's own list, or where it has none by the index under the tag {@code sha256-<64 digits>},
 * which who adds to it keeps.
 */
public final class Referrers {
  /** What registries without such a list answer. */
  private static final Set<Integer> WITHOUT_LIST = Set.of(400, 404, 405, 406, 501);

  private static final Pattern NEXT = Pattern.compile("<([^>]{1,2048})>\\s*;.*rel=\"?next\"?.*");
  private static final int MOST_PAGES = 16;
  private static final int ATTEMPTS = 5;

  private final Registry registry;
  private final String repository;

  /** Of a repository. */
  public Referrers(Registry registry, String repository) {
    this.registry = registry;
    this.repository = repository;
  }

  /**
   * All that are listed, or an exception: a list that cannot be read as a whole counts as none.
   *
   * @param digest of the manifest that they refer to
   * @param artifactType of those that are wanted; registries may send others as well
   */
  public List<Referrer> of(String digest, String artifactType) {
    String what = "list what refers to " + repository + "@" + digest;
    String type = URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
    HttpRequest.Builder next =
        registry
            .http()
            .request(
                repository + "/referrers/" + digest + "?artifactType=" + type, RegistryHttp.SMALL);
    List<Referrer> all = new ArrayList<>();
    int room = Json.MOST;
    for (int page = 0; page < MOST_PAGES; page++) {
      next.header("Accept", Descriptor.INDEX);
      HttpResponse<InputStream> response = registry.http().send(next, repository, "pull");
      boolean isIndex =
          response.headers().firstValue("Content-Type").orElse("").startsWith(Descriptor.INDEX);
      if (page == 0
          && (WITHOUT_LIST.contains(response.statusCode())
              || (response.statusCode() == 200 && !isIndex))) {
        RegistryHttp.body(response);
        return byTag(digest);
      }
      byte[] bytes = registry.http().whole(response, room, what);
      room -= bytes.length;
      read(index(bytes, what), all);
      Matcher link = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
      if (!link.matches()) {
        return all;
      }
      URI place = registry.http().own(link.group(1), what);
      next = HttpRequest.newBuilder(place).timeout(RegistryHttp.SMALL);
    }
    throw Trouble.failed(
        "cannot " + what + ": registry " + registry.host() + " sends more than 16 pages");
  }

  private List<Referrer> byTag(String digest) {
    List<Referrer> all = new ArrayList<>();
    registry
        .manifest(repository, tag(digest))
        .ifPresent(
            found -> read(index(found.bytes(), "use " + repository + ":" + tag(digest)), all));
    return all;
  }

  private static void read(JsonNode index, List<Referrer> all) {
    index.path("manifests").forEach(e -> Referrer.read(e).ifPresent(all::add));
  }

  /** Where the index of a manifest's referrers is kept. */
  private static String tag(String digest) {
    return digest.replace(':', '-');
  }

  private ObjectNode index(byte[] bytes, String what) {
    try {
      if (Json.MAPPER.readTree(bytes) instanceof ObjectNode index
          && index.path("manifests").isArray()
          && !index.has("layers")) {
        return index;
      }
      throw Trouble.failed(
          "cannot " + what + ": registry " + registry.host() + " sends something else than a list");
    } catch (IOException e) {
      throw Trouble.failed(
          "cannot " + what + ": registry " + registry.host() + " sends a list that is no JSON");
    }
  }

  /**
   * Sends a manifest and has it listed.
   *
   * @param subject digest of the manifest that it refers to
   * @param manifest of the type {@link Descriptor#MANIFEST}; its blobs are in the registry
   */
  public void add(String subject, byte[] manifest, Referrer listed) {
    boolean itself =
        registry.putManifest(repository, listed.manifest().digest(), Descriptor.MANIFEST, manifest);
    for (int attempt = 0; !itself && attempt < ATTEMPTS; attempt++) {
      // Others write the same tag; who comes last wins, so it is looked at again.
      itself = enter(subject, listed);
    }
    if (!itself) {
      throw Trouble.failed(
          "cannot list "
              + listed.manifest().digest()
              + " under "
              + repository
              + ":"
              + tag(subject)
              + ": others write it at the same time; try again");
    }
  }

  /** True if it is there already; else it is written, and has to be looked at again. */
  private boolean enter(String subject, Referrer listed) {
    Optional<Registry.Found> found = registry.manifest(repository, tag(subject));
    ObjectNode index =
        found
            .map(f -> index(f.bytes(), "add to " + repository + ":" + tag(subject)))
            .orElseGet(() -> {
              ObjectNode fresh = Json.MAPPER.createObjectNode();
              fresh.put("schemaVersion", 2);
              fresh.put("mediaType", Descriptor.INDEX);
              fresh.putArray("manifests");
              return fresh;
            });
    List<Referrer> all = new ArrayList<>();
    read(index, all);
    if (all.stream().anyMatch(r -> r.manifest().digest().equals(listed.manifest().digest()))) {
      return true;
    }
    ((ArrayNode) index.path("manifests")).insert(0, listed.entry());
    registry.putManifest(repository, tag(subject), Descriptor.INDEX, Json.bytes(index));
    return false;
  }
}
