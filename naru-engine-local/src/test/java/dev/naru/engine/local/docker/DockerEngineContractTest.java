package dev.naru.engine.local.docker;

import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Containers do what every engine does. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
final class DockerEngineContractTest extends EngineContract {
  @TempDir private Path folder;

  @Override
  protected EngineBench newBench() throws IOException {
    return new DockerBench(folder);
  }
}
