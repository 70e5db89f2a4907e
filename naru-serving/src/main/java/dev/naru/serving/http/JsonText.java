package dev.naru.serving.http;

/** Writes JSON strings (RFC 8259 §7). */
public final class JsonText {
  private JsonText() {}

  /** Appends {@code text} in quotes, control characters and quotes escaped. */
  public static StringBuilder quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"');
  }

  /** The object {@code {"error": text}}, the shape of every error answer. */
  public static String error(String text) {
    return quote(new StringBuilder("{\"error\":"), text).append("}\n").toString();
  }
}
