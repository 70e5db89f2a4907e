package dev.naru.image;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a requirements file pins (requirements file format of pip): {@code name==version
 * --hash=sha256:…}, with continuation lines and comments.
 */
final class Requirements {
  private static final Pattern PIN =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(\\[[^]]*])?\\s*==\\s*([^\\s;\\\\]+).*");

  private Requirements() {}

  /** The lines that say something, whitespace made even. */
  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.replaceAll("\\\\\r?\n", " ").split("\r?\n", -1)) {
      String said = line.replaceFirst("(^|\\s)#.*$", "").strip().replaceAll("\\s+", " ");
      if (!said.isEmpty()) {
        lines.add(said);
      }
    }
    return lines;
  }

  /** Digest of what the file says, whatever its comments: 64 digits. */
  static String digest(String text) {
    return Hashes.ofText(String.join("\n", lines(text)));
  }

  /** Versions by normalised name. */
  static SortedMap<String, String> pins(String text) {
    SortedMap<String, String> pins = new TreeMap<>();
    for (String line : lines(text)) {
      Matcher pin = PIN.matcher(line);
      if (pin.matches()) {
        pins.put(Wheel.normal(pin.group(1)), pin.group(3));
      }
    }
    return pins;
  }

  /** Refuses lines that pip could read in more than one way tomorrow. */
  static void refuseLoose(String name, String text) {
    for (String line : lines(text)) {
      if (!PIN.matcher(line).matches() || !line.contains("--hash=sha256:")) {
        throw Trouble.invalid(
            "cannot lock requirements of image/"
                + name
                + ": expected name==version --hash=sha256:… in each line, found '"
                + (line.length() > 80 ? line.substring(0, 80) + "…" : line)
                + "'; write the file with pip-compile --generate-hashes or the like");
      }
    }
  }
}
