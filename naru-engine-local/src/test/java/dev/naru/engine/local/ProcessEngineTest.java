package dev.naru.engine.local;

import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Plain processes do what every engine does. */
final class ProcessEngineTest extends EngineContract {
  @TempDir private Path folder;

  @Override
  protected EngineBench newBench() throws IOException {
    return new ProcessBench(folder, s -> s);
  }
}
