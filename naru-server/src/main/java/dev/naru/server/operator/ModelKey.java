package dev.naru.server.operator;

import dev.naru.engine.kubernetes.OwnSecret;
import dev.naru.image.trust.KeyTexts;
import dev.naru.image.trust.SignKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that an operator signs models with. It is read, or made, when it is asked for first, and
 * stays the same until the operator ends: so what is signed before a model server is made is signed
 * by the key that this server is started with, whatever becomes of the Secret meanwhile.
 */
final class ModelKey implements Supplier<SignKey> {
  /** Name of its Secret; the operator's role names it too. */
  static final String NAME = "naru-model-key";

  private static final Logger LOG = LoggerFactory.getLogger(ModelKey.class);

  private final Function<Supplier<Map<String, String>>, ? extends Map<String, String>> kept;
  private final String where;
  private Optional<SignKey> key = Optional.empty();

  /**
   * Asks nobody yet.
   *
   * @param kept gives the texts that are kept; those that its argument makes where there are none
   * @param where they are kept, for messages
   */
  ModelKey(
      Function<Supplier<Map<String, String>>, ? extends Map<String, String>> kept, String where) {
    this.kept = kept;
    this.where = where;
  }

  /** That of a Secret. */
  static ModelKey of(OwnSecret secret) {
    return new ModelKey(secret::texts, secret.toString());
  }

  /**
   * The key.
   *
   * @throws dev.naru.core.NaruException where it can neither be read nor made; the next call tries
   *     again
   */
  @Override
  public synchronized SignKey get() {
    if (key.isEmpty()) {
      key = Optional.of(KeyTexts.read(kept.apply(KeyTexts::make), where));
      LOG.info("models are signed by {} of {}", key.get(), where);
    }
    return key.get();
  }
}
