package dev.naru.image.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Disk;
import dev.naru.image.Json;
import dev.naru.image.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code keys.json}: all keys of a home with their public halves, the oldest first. */
final class KeyIndex {
  static final String FILE = "keys.json";
  private static final int VERSION = 1;

  private KeyIndex() {}

  static void write(Path file, List<HomeKey> all) throws IOException {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("version", VERSION);
    ArrayNode keys = root.putArray("keys");
    for (HomeKey key : all) {
      ObjectNode one = keys.addObject();
      one.put("id", key.key().id());
      one.put("state", key.state().name().toLowerCase(Locale.ROOT));
      one.put("created", key.created().toString());
      key.revoked().ifPresent(at -> one.put("revoked", at.toString()));
      if (!key.reason().isEmpty()) {
        one.put("reason", key.reason());
      }
      one.put("publicKey", key.key().pem());
      key.token()
          .ifPresent(t -> {
            ObjectNode token = one.putObject("pkcs11");
            token.put("config", t.config().toString()).put("alias", t.alias());
            t.pinFile().ifPresent(f -> token.put("pinFile", f.toString()));
          });
    }
    Disk.writeSecret(file, Json.pretty(root));
  }

  /**
   * Reads it; empty where there is none. A damaged one is an error, never an empty one: what it
   * revoked would be forgotten.
   */
  static List<HomeKey> read(Path file) {
    try {
      JsonNode root = Json.MAPPER.readTree(Files.readAllBytes(file));
      if (root.path("version").asInt() != VERSION) {
        throw new IllegalArgumentException(
            "expected version " + VERSION + ", found " + root.path("version"));
      }
      List<HomeKey> all = new ArrayList<>();
      for (JsonNode one : root.path("keys")) {
        all.add(key(one));
      }
      return List.copyOf(all);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw Trouble.failed(
          "cannot read "
              + file
              + ": "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "; restore it from a copy: without it nothing that the home signed is accepted");
    } catch (IOException e) {
      throw Trouble.of("cannot read the keys", e);
    }
  }

  private static HomeKey key(JsonNode one) {
    List<byte[]> spki = Pem.read(VerifyKey.LABEL, one.path("publicKey").asText());
    if (spki.size() != 1) {
      throw new IllegalArgumentException("expected one publicKey of each key");
    }
    VerifyKey key = VerifyKey.of(spki.getFirst());
    if (!key.id().equals(one.path("id").asText())) {
      throw new IllegalArgumentException(
          "expected id " + key.id() + ", found " + one.path("id").asText());
    }
    return new HomeKey(
        key,
        Instant.parse(one.path("created").asText()),
        HomeKey.State.valueOf(one.path("state").asText().toUpperCase(Locale.ROOT)),
        Optional.ofNullable(one.path("revoked").textValue()).map(Instant::parse),
        one.path("reason").asText(""),
        token(one.path("pkcs11")));
  }

  private static Optional<Token> token(JsonNode one) {
    return one.isObject()
        ? Optional.of(
            new Token(
                Path.of(one.path("config").asText()),
                one.path("alias").asText(),
                Optional.ofNullable(one.path("pinFile").textValue()).map(Path::of)))
        : Optional.empty();
  }
}
