package dev.naru.cli.talk;

import java.util.Locale;

/**
 * Text of workloads on its way to a terminal: characters that would steer the terminal or reorder
 * what is read are shown as escapes.
 */
public final class SafeText {
  private SafeText() {}

  /** For one line: every control character is escaped, also line ends and tabs. */
  public static String line(String text) {
    return escape(text, false);
  }

  /** For text of several lines: line ends and tabs are kept. */
  public static String lines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean layout) {
    for (int i = 0; i < text.length(); i++) {
      if (unsafe(text.charAt(i), layout)) {
        return escaped(text, layout);
      }
    }
    return text;
  }

  private static String escaped(String text, boolean layout) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!unsafe(c, layout)) {
        out.append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else if (c == '\r') {
        out.append("\\r");
      } else {
        out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
      }
    }
    return out.toString();
  }

  private static boolean unsafe(char c, boolean layout) {
    if (c < ' ') {
      return !layout || (c != '\n' && c != '\t');
    }
    return c == 0x7f
        || (c >= 0x80 && c < 0xa0)
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
