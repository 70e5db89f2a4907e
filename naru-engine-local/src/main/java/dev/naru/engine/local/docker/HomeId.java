package dev.naru.engine.local.docker;

import dev.naru.core.NaruException;
import dev.naru.engine.local.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who this home is on an engine that others use too. Names hold the id; labels hold a proof that
 * only this home can make, so that nothing is taken for its own because of what its labels say: an
 * image made of one of its containers passes the labels on to strangers.
 */
final class HomeId {
  private static final Pattern TEXT = Pattern.compile("id ([0-9a-f]{12})\nkey ([0-9a-f]{64})\n");

  private final String id;
  private final byte[] secret;

  private HomeId(String id, byte[] secret) {
    this.id = id;
    this.secret = secret;
  }

  /** Twelve hexadecimal digits. */
  String id() {
    return id;
  }

  /** The home's identity, made up the first time. */
  static HomeId of(Path home) {
    Path file = home.resolve("engine/docker");
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        HexFormat hex = HexFormat.of();
        Durable.createPrivate(
            file, "id " + hex.formatHex(random(6)) + "\nkey " + hex.formatHex(random(32)) + "\n");
      }
      Matcher m = TEXT.matcher(Files.readString(file));
      if (!m.matches()) {
        throw new NaruException(
            NaruException.Code.CONFLICT,
            file + " is damaged; restore it, for containers and volumes are found by it");
      }
      return new HomeId(m.group(1), HexFormat.of().parseHex(m.group(2)));
    } catch (IOException e) {
      throw new NaruException(
          NaruException.Code.ENGINE_UNREACHABLE, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** What proves that this home gave these labels to that name; 32 hexadecimal digits. */
  String proof(String name, Map<String, String> labels) {
    StringBuilder text = new StringBuilder(name).append('\n');
    new TreeMap<>(labels)
        .forEach((key, value) -> {
          if (key.startsWith(Tags.PREFIX) && !key.equals(Tags.PROOF)) {
            text.append(key).append('=').append(value).append('\n');
          }
        });
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] whole = mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(whole, 0, 16);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HmacSHA256", e);
    }
  }

  /** The labels with their proof. */
  Map<String, String> sign(String name, Map<String, String> labels) {
    Map<String, String> signed = new TreeMap<>(labels);
    signed.put(Tags.HOME, id);
    signed.put(Tags.PROOF, proof(name, signed));
    return signed;
  }

  /** Whether this home made the thing of that name and these labels. */
  boolean owns(String name, Map<String, String> labels) {
    return id.equals(labels.get(Tags.HOME)) && proof(name, labels).equals(labels.get(Tags.PROOF));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return id;
  }
}
