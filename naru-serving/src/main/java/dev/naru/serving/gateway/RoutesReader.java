package dev.naru.serving.gateway;

import dev.naru.serving.gateway.RoutingTable.Revision;
import dev.naru.serving.gateway.RoutingTable.Route;
import dev.naru.serving.gateway.RoutingTable.Target;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the body of {@code PUT /routes}; {@code docs/serving.md} has a sample. */
final class RoutesReader {
  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,38}[a-z0-9])?");

  /** Why a table is not taken, all problems in one sentence. */
  static final class BadRoutesException extends Exception {
    private static final long serialVersionUID = 1;

    BadRoutesException(List<String> problems) {
      super(String.join("; ", problems.subList(0, Math.min(20, problems.size()))));
    }
  }

  private final List<String> problems = new ArrayList<>();

  private RoutesReader() {}

  static RoutingTable read(byte[] json) throws BadRoutesException {
    return new RoutesReader().table(json);
  }

  private RoutingTable table(byte[] json) throws BadRoutesException {
    JsonFields fields = JsonFields.parse(json, problems);
    if (problems.isEmpty()) {
      long version = fields.number("version", 0, Long.MAX_VALUE);
      List<Route> routes = new ArrayList<>();
      for (JsonFields route : fields.objects("routes")) {
        routes.add(route(route));
      }
      fields.end();
      checkUnique(routes);
      if (problems.isEmpty()) {
        return new RoutingTable(version, routes);
      }
    }
    throw new BadRoutesException(problems);
  }

  private void checkUnique(List<Route> routes) {
    Set<RoutingTable.Key> keys = new HashSet<>();
    Set<String> shorts = new HashSet<>();
    for (Route route : routes) {
      if (!keys.add(route.key())) {
        problems.add(route.key().project() + "/" + route.key().inference() + " stands twice");
      }
      if (route.shortForm() && !shorts.add(route.key().inference())) {
        problems.add("two routes have the short form " + route.key().inference());
      }
    }
  }

  private Route route(JsonFields fields) {
    RoutingTable.Key key = new RoutingTable.Key(name(fields, "project"), name(fields, "inference"));
    boolean shortForm = fields.truth("short", false);
    String readyPath = "";
    if (fields.has("ready")) {
      JsonFields ready = fields.object("ready");
      readyPath = ready.text("path");
      if (!readyPath.matches("/[!-~]{0,1023}")) {
        ready.problem(
            "path", "expected a path of printable ASCII that starts with /, found " + readyPath);
      }
      ready.end();
    } else {
      fields.skip("ready");
    }
    JsonFields queue = fields.object("queue");
    int limit = (int) queue.number("limit", 0, 1_000_000);
    Duration timeout = Duration.ofMillis(queue.number("timeoutMillis", 1, 3_600_000));
    queue.end();
    Duration slowAfter = Duration.ZERO;
    if (fields.has("slowAfterMillis")) {
      slowAfter = Duration.ofMillis(fields.number("slowAfterMillis", 1, 3_600_000));
    }
    boolean replayable = fields.truth("replayable", false);
    List<Revision> revisions = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonFields revision : fields.objects("revisions")) {
      revisions.add(revision(revision, ids));
    }
    fields.end();
    return new Route(key, shortForm, readyPath, limit, timeout, slowAfter, replayable, revisions);
  }

  private static String name(JsonFields fields, String key) {
    String name = fields.text(key);
    if (!NAME.matcher(name).matches()) {
      fields.problem(
          key, "'" + name + "' is not a name ([a-z]([-a-z0-9]*[a-z0-9])?, at most 40 characters)");
    }
    return name;
  }

  private static Revision revision(JsonFields fields, Set<String> ids) {
    int number = (int) fields.number("revision", 0, Integer.MAX_VALUE);
    int weight = (int) fields.number("weight", 0, 1_000_000);
    fields.skip("model"); // For people who read the file; the gateway does not use it.
    List<Target> replicas = new ArrayList<>();
    for (JsonFields replica : fields.objects("replicas")) {
      String id = replica.text("id");
      if (id.isEmpty() || !ids.add(id)) {
        replica.problem("id", "'" + id + "' is empty or stands twice in this route");
      }
      replicas.add(new Target(id, id, address(replica), replica.truth("draining", false)));
      replica.end();
    }
    fields.end();
    return new Revision(number, weight, replicas);
  }

  private static InetSocketAddress address(JsonFields fields) {
    String text = fields.text("address");
    int colon = text.lastIndexOf(':');
    String digits = text.substring(colon + 1);
    if (colon > 0 && digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= 65535) {
      // Only literal addresses: looking a name up would block the loop.
      InetAddress host = NetUtil.createInetAddressFromIpAddressString(text.substring(0, colon));
      if (host != null) {
        return new InetSocketAddress(host, Integer.parseInt(digits));
      }
    }
    fields.problem(
        "address", "expected an IP address and a port, such as 127.0.0.1:80, found '" + text + "'");
    return InetSocketAddress.createUnresolved("invalid", 0);
  }
}
