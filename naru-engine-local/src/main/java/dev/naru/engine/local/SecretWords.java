package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.core.secret.Secrets;
import java.util.Optional;

/** What is said of secrets that cannot be given. */
public final class SecretWords {
  private SecretWords() {}

  /** Of one that is not there. */
  public static String missing(String project, String name) {
    return "there is no secret '%s' in project %s; set it by naru secret set %s -p %s"
        .formatted(name, project, name, project);
  }

  /** Why a secret cannot be given; empty where it can. */
  public static Optional<String> trouble(Secrets secrets, String project, String name) {
    try {
      return secrets.value(project, name).isPresent()
          ? Optional.empty()
          : Optional.of(missing(project, name));
    } catch (NaruException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
