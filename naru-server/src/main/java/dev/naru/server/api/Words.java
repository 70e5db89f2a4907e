package dev.naru.server.api;

import java.util.Locale;

/** Constants as the API writes them: {@code OUT_OF_MEMORY} is {@code OutOfMemory}. */
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    StringBuilder word = new StringBuilder();
    for (String part : constant.name().split("_", -1)) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }
}
