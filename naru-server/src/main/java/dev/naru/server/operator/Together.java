package dev.naru.server.operator;

import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.ProjectReader;
import dev.naru.spec.reading.Reading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong between the resources of a namespace: names that lead nowhere, cycles, directories
 * that two write in. In the reader's words, which the command line has too. Pure.
 */
final class Together {
  private static final Pattern ITEM = Pattern.compile("items\\[(\\d+)]");

  private Together() {}

  /** The problems of each resource that has any, of all that are wanted. */
  static Map<Key, String> problems(List<Stored> objects) {
    Map<String, List<Stored>> projects = new TreeMap<>();
    objects.stream()
        .filter(o -> o.desired() == Stored.Desired.UP)
        .forEach(o -> projects.computeIfAbsent(o.key().project(), _ -> new ArrayList<>()).add(o));
    Map<Key, String> problems = new HashMap<>();
    projects.values().forEach(own -> problems.putAll(ofProject(own)));
    return problems;
  }

  private static Map<Key, String> ofProject(List<Stored> own) {
    Reading reading =
        ProjectReader.readJson(
            own.stream().map(o -> ProjectReader.toJson(o.resource())).toList(), Path.of("/"));
    Map<Key, String> problems = new HashMap<>();
    if (reading instanceof Reading.Refused refused) {
      for (Problem problem : refused.problems()) {
        Matcher item = ITEM.matcher(problem.file());
        if (item.matches()) {
          problems.merge(
              own.get(Integer.parseInt(item.group(1))).key(),
              words(problem, own),
              (a, b) -> a + "; " + b);
        }
      }
    }
    return problems;
  }

  private static String words(Problem problem, List<Stored> own) {
    String message =
        ITEM.matcher(problem.message())
            .replaceAll(
                m -> Matcher.quoteReplacement(own.get(Integer.parseInt(m.group(1))).key().ref()));
    return problem.path().isEmpty() ? message : problem.path() + ": " + message;
  }
}
