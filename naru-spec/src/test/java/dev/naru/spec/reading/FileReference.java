package dev.naru.spec.reading;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Durations;
import dev.naru.spec.Field;
import dev.naru.spec.Kind;
import dev.naru.spec.Metadata;
import dev.naru.spec.TrustPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The page about the file: every kind and every key, from the records. */
final class FileReference {
  private final StringBuilder out = new StringBuilder();

  private FileReference() {}

  static String make(String frame) {
    FileReference page = new FileReference();
    for (Kind kind : Kind.values()) {
      page.kind(kind.word(), DocumentReader.specOf(kind));
    }
    page.kind(TrustPolicy.KIND, TrustPolicy.Spec.class);
    return frame
        .replace("{{metadata}}", new FileReference().table(Metadata.class, "metadata"))
        .replace("{{kinds}}", page.out.toString().strip())
        .replace("{{notYet}}", notYet());
  }

  private void kind(String kind, Class<? extends Record> spec) {
    out.append("### ").append(kind).append("\n\n");
    out.append(table(spec, "spec")).append("\n\n");
  }

  private String table(Class<? extends Record> type, String path) {
    List<String> rows = new ArrayList<>();
    rows(type, path, rows);
    return "| key | value | default | meaning |\n|---|---|---|---|\n" + String.join("\n", rows);
  }

  private static void rows(Class<? extends Record> type, String path, List<String> rows) {
    for (Key key : Key.of(type)) {
      String keyPath = path + "." + key.name();
      String shown = key.shape() == Key.Shape.LIST ? keyPath + "[]" : keyPath;
      rows.add(
          "| `"
              + shown
              + "` | "
              + value(key).replace("|", "\\|")
              + " | "
              + byDefault(key)
              + " | "
              + meaning(key.field())
              + " |");
      key.record().ifPresent(r -> rows(r, shown, rows));
    }
  }

  private static String value(Key key) {
    String one = key.record().isPresent() ? "mapping" : scalar(key);
    return switch (key.shape()) {
      case ONE, OPTIONAL -> one;
      case LIST ->
          "list of "
              + (key.field().minLength() > 0 ? key.field().minLength() + " to " : "at most ")
              + key.field().maxLength()
              + ": "
              + one;
      case MAP -> "mapping of at most " + key.field().maxLength() + " names to texts";
    };
  }

  private static String scalar(Key key) {
    Field field = key.field();
    Class<?> type = key.type();
    if (field.refersTo().length > 0) {
      return Arrays.stream(field.refersTo())
          .map(k -> "name of " + Words.withArticle(k.word()))
          .collect(Collectors.joining(" or "));
    } else if (type == String.class) {
      boolean entry = key.shape() == Key.Shape.LIST;
      int longest = entry ? field.maxEntryLength() : field.maxLength();
      return field.patternWords().isEmpty()
          ? "text of at most " + longest + " characters"
          : field.patternWords();
    } else if (type == int.class || type == Integer.class) {
      return "integer " + span(field.min(), field.max());
    } else if (type == Cpu.class) {
      return "cores " + span(new Cpu(field.min()), new Cpu(field.max()));
    } else if (type == Bytes.class) {
      return "size " + span(new Bytes(field.min()), new Bytes(field.max()));
    } else if (type == Duration.class) {
      return "duration " + span(duration(field.min()), duration(field.max()));
    }
    return Arrays.stream(type.getEnumConstants())
        .map(c -> "`" + c + "`")
        .collect(Collectors.joining(" or "));
  }

  private static String span(Object from, Object to) {
    return from.equals(to) ? "`" + from + "`" : "`" + from + "` to `" + to + "`";
  }

  private static String duration(long millis) {
    return Durations.print(Duration.ofMillis(millis));
  }

  private static String byDefault(Key key) {
    if (key.isRequired()) {
      return "required";
    }
    String text = key.field().byDefault();
    return text.isEmpty() || text.equals("{}") ? "" : "`" + text + "`";
  }

  private static String meaning(Field field) {
    String example = field.example().isEmpty() ? "" : " Example: `" + field.example() + "`";
    return (field.doc() + example).replace("|", "\\|").replace("<", "&lt;");
  }

  private static String notYet() {
    List<String> rows = new ArrayList<>();
    NotYet.kindsInWords().forEach((k, words) -> rows.add("| kind `" + k + "` | " + words + " |"));
    for (Kind kind : Kind.values()) {
      notYet(kind, DocumentReader.specOf(kind), "spec", rows);
    }
    return "| in a file | instead |\n|---|---|\n" + String.join("\n", rows);
  }

  private static void notYet(
      Kind kind, Class<? extends Record> type, String path, List<String> rows) {
    NotYet.keysInWords(type)
        .forEach((k, words) ->
            rows.add("| " + kind.word() + " `" + path + "." + k + "` | " + words + " |"));
    for (Key key : Key.of(type)) {
      String suffix = key.shape() == Key.Shape.LIST ? "[]" : "";
      key.record().ifPresent(r -> notYet(kind, r, path + "." + key.name() + suffix, rows));
    }
  }
}
