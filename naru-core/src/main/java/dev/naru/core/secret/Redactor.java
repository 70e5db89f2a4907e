package dev.naru.core.secret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces known values in lines of text by {@value #MASK}: a value as it is (without white space
 * around it), each line of a value of several lines, and what base64 makes of the value, also in
 * the middle of something longer, in both alphabets. A value of less than {@value #LEAST}
 * characters is not looked for, nor is a line of less than {@value #LEAST_OF_LINES} of a value of
 * several: they are found where nothing secret is.
 */
public final class Redactor {
  /** What stands in the place of a value. */
  public static final String MASK = "***";

  /** Fewest characters of a value that is looked for. */
  public static final int LEAST = 6;

  /** Fewest characters of one line of a value of several lines. */
  public static final int LEAST_OF_LINES = 12;

  /** Changes nothing. */
  public static final Redactor NOTHING = new Redactor(List.of());

  private final List<String> texts;

  private Redactor(List<String> texts) {
    this.texts = texts;
  }

  /** For these values. */
  public static Redactor of(Collection<byte[]> values) {
    Set<String> texts = new LinkedHashSet<>();
    for (byte[] value : values) {
      add(texts, value);
    }
    // The longest first: a value may be part of another one.
    return new Redactor(
        texts.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
  }

  private static void add(Set<String> texts, byte[] value) {
    String text = text(value).strip();
    if (text.length() >= LEAST && text.lines().count() == 1) {
      texts.add(text);
    } else {
      text.lines().map(String::strip).filter(l -> l.length() >= LEAST_OF_LINES).forEach(texts::add);
    }
    byte[] bare = text.isEmpty() ? value : text.getBytes(StandardCharsets.UTF_8);
    if (bare.length >= LEAST) {
      encoded(texts, bare);
    }
  }

  /** Empty where it is no text: then only what base64 makes of it can be in a line. */
  private static String text(byte[] value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException _) {
      return "";
    }
  }

  /**
   * Four characters encode three bytes, so a value looks otherwise after 0, 1 or 2 bytes of
   * something else; what its neighbours do not change is in the middle.
   */
  private static void encoded(Set<String> texts, byte[] value) {
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + value.length];
      System.arraycopy(value, 0, shifted, before, value.length);
      int first = (before * 8 + 5) / 6;
      int last = shifted.length * 8 / 6;
      String plain = Base64.getEncoder().encodeToString(shifted).substring(first, last);
      texts.add(plain);
      texts.add(plain.replace('+', '-').replace('/', '_'));
    }
  }

  /** What is looked for, the longest first; never to be shown. */
  public List<String> texts() {
    return texts;
  }

  /** The line with every value replaced. */
  public String redact(String line) {
    String said = line;
    for (String text : texts) {
      if (said.contains(text)) {
        said = said.replace(text, MASK);
      }
    }
    return said;
  }

  /** Says nothing of the values. */
  @Override
  public String toString() {
    return "redactor of " + texts.size() + " texts";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Redactor r && r.texts.equals(texts);
  }

  @Override
  public int hashCode() {
    return texts.hashCode();
  }
}
