package dev.naru.core.secret;

import java.util.Optional;

/**
 * The values of secrets, for engines that fill files with them. May be called from several threads.
 */
public interface Secrets {
  /** Of a home that has none. */
  Secrets NONE =
      new Secrets() {
        @Override
        public Optional<byte[]> value(String project, String name) {
          return Optional.empty();
        }

        @Override
        public Redactor redactor(String project) {
          return Redactor.NOTHING;
        }
      };

  /**
   * A value, as it is now; empty where the project has no secret of that name.
   *
   * @throws dev.naru.core.NaruException where it is kept and cannot be read
   */
  Optional<byte[]> value(String project, String name);

  /**
   * Hides the values that a project's secrets have now. Cheap enough to be asked for each line.
   *
   * @throws dev.naru.core.NaruException where one is kept and cannot be read
   */
  Redactor redactor(String project);
}
