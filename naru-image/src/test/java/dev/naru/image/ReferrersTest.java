package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry that lists what refers to a manifest, page by page. */
class ReferrersTest {
  private static final String SUBJECT = "sha256:" + "a".repeat(64);

  private final HttpServer server;
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final Map<String, String> links = new ConcurrentHashMap<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  ReferrersTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          String uri = exchange.getRequestURI().toString();
          seen.add(uri);
          String page = pages.getOrDefault(uri, "");
          exchange.getResponseHeaders().set("Content-Type", Descriptor.INDEX);
          if (links.containsKey(uri)) {
            exchange.getResponseHeaders().set("Link", links.get(uri));
          }
          byte[] body = page.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private List<Referrer> list() {
    String host = "127.0.0.1:" + server.getAddress().getPort();
    return new Referrers(new Registry(host, Set.of()), "team/app").of(SUBJECT, "a/b+json");
  }

  private static String first() {
    return "/v2/team/app/referrers/" + SUBJECT + "?artifactType=a%2Fb%2Bjson";
  }

  private static String page(int digit) {
    return "{\"manifests\":[{\"mediaType\":\""
        + Descriptor.MANIFEST
        + "\",\"size\":1,\"digest\":\"sha256:"
        + String.valueOf(digit).repeat(64)
        + "\",\"artifactType\":\"a/b+json\",\"annotations\":{\"k\":\"v\"}}]}";
  }

  @Test
  void readsAllPages() {
    pages.put(first(), page(1));
    links.put(first(), "</v2/team/app/referrers/x?last=1>; rel=\"next\"");
    pages.put("/v2/team/app/referrers/x?last=1", page(2));

    assertThat(list())
        .extracting(r -> r.manifest().hex().substring(0, 1))
        .containsExactly("1", "2");
    assertThat(list().getFirst().annotations()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void followsNoPageToAnotherHostAndNoEndlessOnes() {
    pages.put(first(), page(1));
    links.put(first(), "<http://localhost:1/v2/next>; rel=\"next\"");
    assertThat(Projects.failure(this::list))
        .startsWith("1: cannot list what refers to team/app@" + SUBJECT)
        .contains("sends it to another host");

    links.put(first(), "<" + first() + ">; rel=\"next\"");
    seen.clear();
    assertThat(Projects.failure(this::list)).contains("sends more than 16 pages");
    assertThat(seen).hasSize(16);
  }

  @Test
  void takesTheIndexOfTheTagWhereThereIsNoList() {
    pages.put("/v2/team/app/manifests/" + SUBJECT.replace(':', '-'), page(3));

    assertThat(list()).extracting(Referrer::artifactType).containsExactly("a/b+json");
  }

  @Test
  void nothingRefersWhereThereIsNeither() {
    assertThat(list()).isEmpty();
  }
}
