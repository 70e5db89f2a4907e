package dev.naru.serving;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of a process: {@code --name value} pairs. */
final class Arguments {
  private final Map<String, String> values = new HashMap<>();

  /** Arguments that the process cannot start with; the message is for the user. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * @param known every name with its dashes
   */
  Arguments(String[] args, Set<String> known) throws UsageException {
    for (int i = 0; i < args.length; i += 2) {
      if (!known.contains(args[i])) {
        throw new UsageException(
            "unknown argument '" + args[i] + "'; known are " + String.join(" ", sorted(known)));
      }
      if (i + 1 == args.length) {
        throw new UsageException(args[i] + " needs a value");
      }
      if (values.put(args[i], args[i + 1]) != null) {
        throw new UsageException(args[i] + " is given twice");
      }
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  String text(String name) throws UsageException {
    String value = values.get(name);
    if (value == null) {
      throw new UsageException(name + " is missing");
    }
    return value;
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  int number(String name, int least, int most) throws UsageException {
    return number(name, text(name), least, most);
  }

  /** A whole number in a range; {@code what} names it in the message. */
  static int number(String what, String text, int least, int most) throws UsageException {
    try {
      int value = Integer.parseInt(text.trim());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as for a number out of range.
    }
    throw new UsageException(
        what + " is '" + text + "', expected a whole number from " + least + " to " + most);
  }
}
