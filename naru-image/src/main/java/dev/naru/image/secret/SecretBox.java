package dev.naru.image.secret;

import dev.naru.image.Disk;
import dev.naru.image.Trouble;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in GCM with the key of a home: {@code keys/secrets.key}, 64 hexadecimal digits, mode
 * 0600. A closed box is a nonce of 12 random bytes, then the ciphertext with its tag of 16. What a
 * box is about is authenticated with it, so that no box can pass for another.
 */
final class SecretBox {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;

  private final Path folder;
  private final Path file;
  private final SecureRandom random = new SecureRandom();

  /**
   * Of a home.
   *
   * @param home the folder of the home; {@code keys} in it is made with the key
   */
  SecretBox(Path home) {
    this.folder = home.resolve("keys");
    this.file = folder.resolve("secrets.key");
  }

  /** Closes a box; the home's key is made where there is none. */
  byte[] close(byte[] value, String about) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keyOrNew(), nonce, about);
      byte[] box = new byte[NONCE_BYTES + cipher.getOutputSize(value.length)];
      System.arraycopy(nonce, 0, box, 0, NONCE_BYTES);
      cipher.doFinal(value, 0, value.length, box, NONCE_BYTES);
      return box;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES-GCM", e);
    }
  }

  /**
   * Opens a box.
   *
   * @throws IllegalArgumentException where it was not closed with this home's key about just that
   */
  byte[] open(byte[] box, String about) throws IOException {
    if (box.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw new IllegalArgumentException("it is cut short");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    System.arraycopy(box, 0, nonce, 0, NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key(), nonce, about);
      return cipher.doFinal(box, NONCE_BYTES, box.length - NONCE_BYTES);
    } catch (AEADBadTagException _) {
      throw new IllegalArgumentException(
          "it was changed, or was not encrypted with " + file + " under this name");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES-GCM", e);
    }
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String about)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(about.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private SecretKeySpec keyOrNew() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] made = new byte[KEY_BYTES];
      random.nextBytes(made);
      Path temporary = folder.resolve(".secrets." + UUID.randomUUID() + ".tmp");
      Disk.secretFolder(folder);
      Disk.writeSecret(
          temporary, (HexFormat.of().formatHex(made) + "\n").getBytes(StandardCharsets.US_ASCII));
      try {
        Files.createLink(file, temporary); // never replaces a key that another process just made
      } catch (FileAlreadyExistsException _) {
        // That one counts.
      } finally {
        Files.delete(temporary);
      }
    }
    return key();
  }

  private SecretKeySpec key() throws IOException {
    try {
      Optional<String> shared = Disk.shared(file);
      if (shared.isPresent()) {
        throw Trouble.failed(
            "cannot use the key of the secrets: "
                + shared.get()
                + ", and replace what it protects");
      }
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (text.matches("[0-9a-f]{" + 2 * KEY_BYTES + "}")) {
        return new SecretKeySpec(HexFormat.of().parseHex(text), "AES");
      }
    } catch (NoSuchFileException _) {
      throw Trouble.failed(
          "cannot use the key of the secrets: "
              + file
              + " is missing; restore it, or set the secrets again");
    } catch (CharacterCodingException _) {
      // Below.
    }
    throw Trouble.failed(
        "cannot use the key of the secrets: "
            + file
            + " is damaged, expected 64 hexadecimal digits; restore it, or remove it and set the"
            + " secrets again");
  }
}
