package dev.naru.serving.http;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The hint {@code "; did you mean 'x'?"}, or an empty string where nothing is near (more than a
   * third of the letters differ).
   */
  public static String hint(String found, Collection<String> known) {
    String best = "";
    int least = Math.max(1, Math.min(found.length(), 60) / 3) + 1;
    String wanted = found.toLowerCase(Locale.ROOT);
    for (String name : known) {
      if (Math.abs(name.length() - found.length()) < least) {
        int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
        if (distance < least) {
          least = distance;
          best = name;
        }
      }
    }
    return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
  }

  /** Letters to insert, remove or replace (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        corner = above;
      }
    }
    return row[b.length()];
  }
}
