package dev.naru.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of Go's text/template as the chart uses: {@code if}, {@code else}, {@code end}, {@code
 * define}, comments, trim marks and the functions of {@link Expression}. What is beyond that is a
 * fault of the chart.
 */
final class Template {
  private static final Pattern ACTION =
      Pattern.compile("\\{\\{(-\\s)?\\s*(/\\*.*?\\*/|.*?)\\s*?(\\s-)?}}", Pattern.DOTALL);

  private final List<Part> parts;
  private final Map<String, List<Part>> defined;

  private Template(List<Part> parts, Map<String, List<Part>> defined) {
    this.parts = parts;
    this.defined = defined;
  }

  /** The chart itself says that it cannot be rendered so, in words for a person. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String words;

    RefusedException(String words) {
      super(words);
      this.words = words;
    }

    @Override
    public String getMessage() {
      return words;
    }
  }

  /** One piece of a template. */
  sealed interface Part {
    /** Text as it stands. */
    record Text(String text) implements Part {}

    /** The value of an expression. */
    record Put(Expression value) implements Part {}

    /** The first branch whose condition holds. */
    record If(List<Branch> branches) implements Part {}

    /** One way to go on; without a condition always. */
    record Branch(Optional<Expression> when, List<Part> parts) {}
  }

  /** What an expression may ask for beside its operands. */
  interface Scope {
    /** A defined template, rendered with another root. */
    String include(String name, JsonNode root);

    /** A file of the chart. */
    String file(String name);
  }

  /** Reads a template. */
  static Template parse(String name, String text) {
    return new Reader(name, text).read();
  }

  /** The same with the definitions of another one. */
  Template with(Template other) {
    Map<String, List<Part>> all = new HashMap<>(other.defined);
    all.putAll(defined);
    return new Template(parts, all);
  }

  /**
   * Renders it.
   *
   * @param root what {@code .} is
   * @param files the chart's files by name
   * @throws RefusedException where the chart fails by itself
   */
  String render(JsonNode root, UnaryOperator<String> files) {
    return render(parts, root, files);
  }

  private String render(List<Part> list, JsonNode root, UnaryOperator<String> files) {
    Scope scope =
        new Scope() {
          @Override
          public String include(String name, JsonNode other) {
            List<Part> body = defined.get(name);
            if (body == null) {
              throw new IllegalStateException("the chart has no template " + name);
            }
            return render(body, other, files);
          }

          @Override
          public String file(String name) {
            return files.apply(name);
          }
        };
    StringBuilder out = new StringBuilder();
    for (Part part : list) {
      switch (part) {
        case Part.Text text -> out.append(text.text());
        case Part.Put put -> out.append(Expression.text(put.value().of(root, scope)));
        case Part.If choice ->
            choice.branches().stream()
                .filter(b -> b.when().map(w -> Expression.holds(w.of(root, scope))).orElse(true))
                .findFirst()
                .ifPresent(b -> out.append(render(b.parts(), root, files)));
      }
    }
    return out.toString();
  }

  /** Reads a text once, from its begin to its end. */
  private static final class Reader {
    private final String name;
    private final String text;
    private final Map<String, List<Part>> defined = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();

    /** A block that has not ended; {@code definition} is its name where it is one. */
    private record Open(
        Optional<String> definition, List<Part.Branch> branches, List<Part> parts) {}

    Reader(String name, String text) {
      this.name = name;
      this.text = text;
    }

    Template read() {
      open.push(new Open(Optional.empty(), List.of(), new ArrayList<>()));
      Matcher action = ACTION.matcher(text);
      int from = 0;
      boolean trim = false;
      while (action.find()) {
        text(text.substring(from, action.start()), trim, action.group(1) != null);
        action(action.group(2).strip());
        trim = action.group(3) != null;
        from = action.end();
      }
      text(text.substring(from), trim, false);
      if (open.size() != 1) {
        throw new IllegalStateException(name + ": a block has no end");
      }
      return new Template(open.pop().parts(), defined);
    }

    private void text(String piece, boolean trimBegin, boolean trimEnd) {
      String kept = trimBegin ? piece.stripLeading() : piece;
      kept = trimEnd ? kept.stripTrailing() : kept;
      if (!kept.isEmpty()) {
        open.element().parts().add(new Part.Text(kept));
      }
    }

    private void action(String action) {
      String word = action.split("[\\s(]", 2)[0];
      String rest = action.substring(word.length()).strip();
      if (action.startsWith("/*")) {
        return;
      }
      switch (word) {
        case "define" ->
            open.push(
                new Open(
                    Optional.of(rest.substring(1, rest.length() - 1)),
                    List.of(),
                    new ArrayList<>()));
        case "if" -> begin(new ArrayList<>(), Optional.of(Expression.parse(rest)));
        case "else" -> {
          List<Part.Branch> branches = ended();
          begin(
              branches,
              rest.isEmpty()
                  ? Optional.empty()
                  : Optional.of(Expression.parse(rest.replaceFirst("^if\\s+", ""))));
        }
        case "end" -> {
          Optional<String> definition = open.element().definition();
          if (definition.isPresent()) {
            defined.put(definition.get(), open.pop().parts());
          } else {
            Part choice = new Part.If(ended());
            open.element().parts().add(choice);
          }
        }
        default -> open.element().parts().add(new Part.Put(Expression.parse(action)));
      }
    }

    /** Begins a branch; its condition stands in a last branch without parts until it ends. */
    private void begin(List<Part.Branch> before, Optional<Expression> when) {
      before.add(new Part.Branch(when, List.of()));
      open.push(new Open(Optional.empty(), before, new ArrayList<>()));
    }

    private List<Part.Branch> ended() {
      Open block = open.pop();
      if (block.branches().isEmpty()) {
        throw new IllegalStateException(name + ": else or end without if");
      }
      List<Part.Branch> branches = new ArrayList<>(block.branches());
      Part.Branch last = branches.removeLast();
      branches.add(new Part.Branch(last.when(), block.parts()));
      return branches;
    }
  }
}
