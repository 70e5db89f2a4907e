package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.talk.CommandException;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One resource as a command names it: {@code KIND/NAME}. */
record Target(Kind kind, String name) {
  /** Reads {@code training/fraud}; any case, singular or plural. */
  static Target parse(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      throw CommandException.usage(
          "cannot find '" + text + "': expected KIND/NAME, such as training/fraud");
    }
    return new Target(kind(text.substring(0, slash)), text.substring(slash + 1));
  }

  static Kind kind(String word) {
    return Kind.ofWord(word)
        .orElseThrow(() ->
            CommandException.usage(
                "cannot find the kind '"
                    + word
                    + "': expected one of "
                    + kinds(List.of(Kind.values()))));
  }

  /** Refuses kinds that a command is not for. */
  Target only(String what, Kind... kinds) {
    if (!List.of(kinds).contains(kind)) {
      throw CommandException.usage(
          "cannot " + what + " " + ref() + ": expected one of " + kinds(Arrays.asList(kinds)));
    }
    return this;
  }

  private static String kinds(List<Kind> kinds) {
    return kinds.stream().map(Kind::lower).collect(Collectors.joining(", "));
  }

  String ref() {
    return kind.lower() + "/" + name;
  }

  /** Its object, in the project asked for or in the only one that has it. */
  JsonNode find(Api api, Optional<String> project) throws IOException {
    StringBuilder path = new StringBuilder("/api/v1/resources?kind=").append(kind.lower());
    path.append("&name=").append(Api.encode(name));
    project.ifPresent(p -> path.append("&project=").append(p));
    JsonNode items = api.get(path.toString()).path("items");
    if (items.isEmpty()) {
      throw CommandException.usage(
          "cannot find "
              + ref()
              + project.map(p -> " in project " + p).orElse("")
              + ": there is none; `naru get` lists what there is");
    }
    if (items.size() > 1) {
      TreeSet<String> projects = new TreeSet<>();
      items.forEach(item -> projects.add(projectOf(item)));
      throw CommandException.usage(
          "cannot tell which "
              + ref()
              + " is meant: projects "
              + String.join(", ", projects)
              + " have one; say which with -p NAME");
    }
    return items.get(0);
  }

  /** The path of that object's operations. */
  String path(JsonNode object) {
    return "/api/v1/resources/" + projectOf(object) + "/" + kind.lower() + "/" + name;
  }

  static String projectOf(JsonNode object) {
    return object.path("metadata").path("namespace").asText();
  }
}
