package dev.naru.spec.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The documents of a YAML 1.2 text.
 *
 * <p>Reads events, never objects: no tag can make anything. A document with a syntax error is lost,
 * but those before it and those after the next line {@code ---} are still read.
 */
final class YamlTrees {
  /** Most bytes of one text: 3 MiB. */
  static final int MOST_BYTES = 3 << 20;

  /** Most characters of one line. */
  static final int MOST_COLUMNS = 1 << 16;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(MOST_BYTES + 1).build();

  private final Sink sink;
  private final List<Tree> documents = new ArrayList<>();
  private boolean complete = true;

  private YamlTrees(Sink sink) {
    this.sink = sink;
  }

  /**
   * What could be read of a text.
   *
   * @param documents those that could be read
   * @param complete whether that is all of them
   */
  record Documents(List<Tree> documents, boolean complete) {}

  static Documents read(SourceText source, Sink sink) {
    YamlTrees trees = new YamlTrees(sink);
    trees.readAll(source);
    return new Documents(List.copyOf(trees.documents), trees.complete);
  }

  private void readAll(SourceText source) {
    Optional<String> text = source.text();
    if (source.size() > MOST_BYTES) {
      lose(At.NOWHERE, "is longer than 3 MiB, expected a YAML file of at most that");
    } else if (text.isEmpty()) {
      lose(At.NOWHERE, "is not a text in UTF-8; expected a YAML file");
    } else if (isPrintable(text.get()) && hasShortLines(text.get())) {
      List<String> lines = text.get().lines().toList();
      int from = 0;
      while (from >= 0) {
        from = readFrom(lines, from);
      }
      if (documents.isEmpty() && sink.count() == 0) {
        lose(At.NOWHERE, "is empty: expected at least one resource");
      }
    }
  }

  private void lose(At at, String message) {
    complete = false;
    sink.add(at, "", message);
  }

  private boolean isPrintable(String text) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        lose(
            new At(line, column),
            String.format(
                "has the character U+%04X, which no YAML text may have; expected a text file", c));
        return false;
      }
      line += c == '\n' ? 1 : 0;
      column = c == '\n' ? 1 : column + 1;
    }
    return true;
  }

  /** The scanner's time grows with the square of a line's length. */
  private boolean hasShortLines(String text) {
    List<Integer> lengths = text.lines().map(String::length).toList();
    for (int i = 0; i < lengths.size(); i++) {
      if (lengths.get(i) > MOST_COLUMNS) {
        lose(
            new At(i + 1, 1),
            "has a line of " + lengths.get(i) + " characters, expected at most " + MOST_COLUMNS);
        return false;
      }
    }
    return true;
  }

  /** Reads from a line on; the line to go on from after a syntax error, or -1 at the end. */
  private int readFrom(List<String> lines, int from) {
    String text = String.join("\n", lines.subList(from, lines.size())) + "\n";
    try {
      ParserImpl parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
      while (parser.hasNext()) {
        Event event = parser.next();
        if (event.getEventId() == Event.ID.DocumentStart) {
          TreeComposer composer = new TreeComposer(parser, sink, from);
          composer.document().ifPresent(documents::add);
          complete &= composer.isComplete();
        }
      }
      return -1;
    } catch (MarkedYamlEngineException e) {
      At at = e.getProblemMark().map(m -> At.of(m, from)).orElse(At.NOWHERE);
      lose(at, "is not YAML: " + inWords(e, from));
      return nextDocument(lines, Math.max(at.line() - 1, from + 1));
    } catch (YamlVersionException _) {
      lose(new At(from + 1, 1), "is in another version of YAML, expected 1.2; remove %YAML");
      return nextDocument(lines, from + 1);
    } catch (YamlEngineException e) {
      lose(new At(from + 1, 1), "is not YAML: " + Words.cut(String.valueOf(e.getMessage())));
      return nextDocument(lines, from + 1);
    }
  }

  private static String inWords(MarkedYamlEngineException e, int linesBefore) {
    String problem = e.getProblem() == null ? "a syntax error" : e.getProblem();
    String context = e.getContext() == null ? "" : " " + e.getContext();
    String start =
        e.getContextMark()
            .map(m -> ", which begins in line " + At.of(m, linesBefore).line())
            .orElse("");
    String words = (problem + context).replaceAll("\\s+", " ").replaceAll("[^\\x20-\\x7e]", "?");
    return words + (e.getContextMark().equals(e.getProblemMark()) ? "" : start);
  }

  private static int nextDocument(List<String> lines, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).equals("---") || lines.get(i).startsWith("--- ")) {
        return i;
      }
    }
    return -1;
  }
}
