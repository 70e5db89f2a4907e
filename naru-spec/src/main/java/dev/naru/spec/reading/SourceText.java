package dev.naru.spec.reading;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A file's name, as messages give it, and its bytes; nothing of it is believed yet. */
public final class SourceText {
  private final String name;
  private final byte[] bytes;

  private SourceText(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** A file read before; the bytes are copied. */
  public static SourceText of(String name, byte[] bytes) {
    return new SourceText(name, bytes.clone());
  }

  /** A text as UTF-8. */
  public static SourceText of(String name, String text) {
    return new SourceText(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The file as the user named it. */
  public String name() {
    return name;
  }

  int size() {
    return bytes.length;
  }

  /** The text, without a byte order mark; empty when it is not UTF-8. */
  Optional<String> text() {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
