package dev.naru.engine.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes and reads {@code group.json}. Written out by hand, so that a renamed field is seen. */
final class GroupJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GroupJson() {}

  static String write(GroupFile file) {
    Group group = file.group();
    ObjectNode root = JSON.createObjectNode();
    root.put("format", 1);
    root.set("id", id(group.id()));
    root.put("kind", group.kind().name());
    root.set("template", template(group.template()));
    ArrayNode members = root.putArray("members");
    group.members().forEach(m -> members.add(m.toString()));
    ArrayNode links = root.putArray("links");
    for (Link link : group.links()) {
      links
          .addObject()
          .put("from", link.from())
          .put("to", link.to())
          .put("port", link.port())
          .put("protocol", link.protocol().name())
          .put("why", link.why());
    }
    ObjectNode ports = root.putObject("ports");
    file.ports().forEach((member, port) -> ports.put(member.toString(), port));
    root.put("coordinator", file.coordinator());
    root.put("removing", file.removing());
    return root.toPrettyString() + "\n";
  }

  /** One that was written before links had ports is of all of them. */
  private static Link link(JsonNode l) {
    return new Link(
        text(l, "from"),
        text(l, "to"),
        l.path("port").asInt(0),
        Link.Protocol.valueOf(l.path("protocol").asText("ANY")),
        text(l, "why"));
  }

  static GroupFile read(String text) throws IOException {
    try {
      JsonNode root = JSON.readTree(text);
      if (root.path("format").asInt() != 1) {
        throw new IOException("expected format 1, found " + root.path("format"));
      }
      List<Member> members = new ArrayList<>();
      root.required("members").forEach(m -> members.add(member(m.asText())));
      List<Link> links = new ArrayList<>();
      root.required("links").forEach(l -> links.add(link(l)));
      SortedMap<Member, Integer> ports = new TreeMap<>();
      root.required("ports")
          .properties()
          .forEach(e -> ports.put(member(e.getKey()), e.getValue().asInt()));
      Group group =
          new Group(
              id(root.required("id")),
              GroupKind.valueOf(text(root, "kind")),
              template(root.required("template")),
              members,
              links);
      return new GroupFile(
          group,
          ports,
          root.required("coordinator").asInt(),
          root.required("removing").asBoolean());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException("not a group: " + e.getMessage(), e);
    }
  }

  /** Reads {@code index.start}. */
  static Member member(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("'" + text + "' is no member");
    }
    return new Member(
        Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }

  private static ObjectNode id(GroupId id) {
    return JSON.createObjectNode()
        .put("project", id.project())
        .put("kind", id.kind().name())
        .put("workload", id.workload())
        .put("run", id.run())
        .put("attempt", id.attempt());
  }

  private static GroupId id(JsonNode node) {
    return new GroupId(
        text(node, "project"),
        Kind.valueOf(text(node, "kind")),
        text(node, "workload"),
        node.required("run").asInt(),
        node.required("attempt").asInt());
  }

  private static ObjectNode template(Template t) {
    ObjectNode node = JSON.createObjectNode();
    node.set("program", program(t.program()));
    ObjectNode env = node.putObject("env");
    t.env().forEach(env::put);
    ArrayNode dirs = node.putArray("dirs");
    for (Dir dir : t.dirs()) {
      dirs.addObject()
          .put("env", dir.env())
          .put("writable", dir.writable())
          .set("location", location(dir.location()));
    }
    node.put("cpuMillis", t.resources().cpu().millis());
    node.put("memoryBytes", t.resources().memory().value());
    t.limits().cpu().ifPresent(cpu -> node.put("limitCpuMillis", cpu.millis()));
    node.put("grace", t.grace().toString());
    t.port().ifPresent(port -> node.put("port", port));
    ObjectNode secrets = node.putObject("secrets");
    t.secrets().forEach(s -> secrets.put(s.path(), s.name()));
    node.put("worldSize", t.worldSize());
    return node;
  }

  private static Template template(JsonNode node) {
    SortedMap<String, String> env = new TreeMap<>();
    node.required("env").properties().forEach(e -> env.put(e.getKey(), e.getValue().asText()));
    List<Dir> dirs = new ArrayList<>();
    node.required("dirs")
        .forEach(d ->
            dirs.add(
                new Dir(
                    text(d, "env"),
                    location(d.required("location")),
                    d.required("writable").asBoolean())));
    return new Template(
        program(node.required("program")),
        env,
        dirs,
        new Resources(
            new Cpu(node.required("cpuMillis").asLong()),
            new Bytes(node.required("memoryBytes").asLong())),
        new Limits(optional(node, "limitCpuMillis").map(n -> new Cpu(n.asLong()))),
        Duration.parse(text(node, "grace")),
        optional(node, "port").map(JsonNode::asInt),
        secrets(node.path("secrets")),
        node.required("worldSize").asInt());
  }

  /** Groups of earlier versions have none. */
  private static List<SecretFile> secrets(JsonNode node) {
    return node.properties().stream()
        .map(e -> new SecretFile(e.getValue().asText(), Optional.of(e.getKey())))
        .toList();
  }

  private static ObjectNode program(Program program) {
    ObjectNode node = JSON.createObjectNode();
    switch (program) {
      case Program.OfImage p -> {
        node.put("image", p.digest());
        p.runtime().java().ifPresent(v -> node.put("java", v));
        p.runtime().python().ifPresent(v -> node.put("python", v));
        p.runtime().requirements().ifPresent(v -> node.put("requirements", v));
        ArrayNode command = node.putArray("command");
        p.command().forEach(command::add);
      }
      case Program.ModelServer p ->
          node.put("digest", p.digest())
              .put("name", p.name())
              .put("version", p.version())
              .set("model", location(p.model()));
      case Program.Gateway p -> node.put("port", p.port()).put("adminPort", p.adminPort());
    }
    return node;
  }

  private static Program program(JsonNode node) {
    if (node.has("image")) {
      List<String> command = new ArrayList<>();
      node.required("command").forEach(c -> command.add(c.asText()));
      Image.RunsOn runtime =
          new Image.RunsOn(
              optional(node, "java").map(JsonNode::asInt),
              optional(node, "python").map(JsonNode::asText),
              optional(node, "requirements").map(JsonNode::asText));
      return new Program.OfImage(text(node, "image"), runtime, command);
    } else if (node.has("model")) {
      return new Program.ModelServer(
          location(node.required("model")),
          text(node, "digest"),
          text(node, "name"),
          node.required("version").asInt());
    }
    return new Program.Gateway(node.required("port").asInt(), node.required("adminPort").asInt());
  }

  private static ObjectNode location(Location location) {
    ObjectNode node = JSON.createObjectNode();
    switch (location) {
      case Location.InVolume l -> node.put("project", l.project()).put("volume", l.volume());
      case Location.InModels l -> node.put("project", l.project());
    }
    return node.put("path", location.path());
  }

  private static Location location(JsonNode node) {
    String project = text(node, "project");
    String path = text(node, "path");
    return optional(node, "volume")
        .<Location>map(v -> new Location.InVolume(project, v.asText(), path))
        .orElseGet(() -> new Location.InModels(project, path));
  }

  private static Optional<JsonNode> optional(JsonNode node, String field) {
    return Optional.ofNullable(node.get(field));
  }

  private static String text(JsonNode node, String field) {
    return node.required(field).asText();
  }
}
