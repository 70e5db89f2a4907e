package dev.naru.engine.local;

import dev.naru.core.secret.Redactor;
import dev.naru.core.secret.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Secrets in memory. */
public final class TestSecrets implements Secrets {
  private final Map<String, byte[]> values = new ConcurrentSkipListMap<>();

  /** Sets one. */
  public void set(String project, String name, String value) {
    values.put(project + "/" + name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes one. */
  public void remove(String project, String name) {
    values.remove(project + "/" + name);
  }

  @Override
  public Optional<byte[]> value(String project, String name) {
    return Optional.ofNullable(values.get(project + "/" + name));
  }

  @Override
  public Redactor redactor(String project) {
    return Redactor.of(
        values.entrySet().stream()
            .filter(e -> e.getKey().startsWith(project + "/"))
            .map(Map.Entry::getValue)
            .toList());
  }
}
