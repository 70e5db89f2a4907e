package dev.naru.server.loop;

import dev.naru.engine.local.ProcessEngine;
import dev.naru.engine.local.ProcessSettings;
import dev.naru.server.api.Control;
import dev.naru.server.api.ControlFactory;
import java.nio.file.Path;
import java.util.Optional;

/** The control loop of a home whose engine is {@code process}. */
public final class LocalControl implements ControlFactory {
  private final Path jdk;
  private final Optional<Path> dist;

  /**
   * With what runs Java.
   *
   * @param jdk home of the JDK that runs Naru's programs and {@code java: 25} images
   * @param dist the folder that the launcher built, with {@code serving.cp}; empty runs gateway and
   *     model server from this program's own class path
   */
  public LocalControl(Path jdk, Optional<Path> dist) {
    this.jdk = jdk;
    this.dist = dist;
  }

  @Override
  public Control start(Parts parts) {
    Path home = parts.home();
    ProcessEngine engine =
        new ProcessEngine(ProcessSettings.of(home, jdk, new DistPrograms(jdk, dist, home)));
    try {
      return LoopControl.start(parts, engine);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }
}
