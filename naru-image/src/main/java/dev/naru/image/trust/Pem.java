package dev.naru.image.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Textual encoding of keys (RFC 7468). */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----\\s+([^-]*)-----END \\1-----");

  private Pem() {}

  /** With lines of 64 characters, the last one ended. */
  static String write(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /**
   * The contents of all blocks of a label, in order; blocks of other labels are passed over.
   *
   * @throws IllegalArgumentException where a block of the label is no base64
   */
  static List<byte[]> read(String label, String text) {
    List<byte[]> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (label.equals(blocks.group(1))) {
        found.add(Base64.getDecoder().decode(blocks.group(2).replaceAll("\\s", "")));
      }
    }
    return found;
  }
}
