package dev.naru.engine.kubernetes;

import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.core.testkit.engine.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Pods of a real cluster do what every engine does. */
@EnabledIf("dev.naru.engine.kubernetes.TestCluster#available")
final class KubernetesEngineContractTest extends EngineContract {
  @SuppressWarnings("NullAway.Init") // by JUnit, before all tests
  private static TestGround ground;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    ground = new TestGround(TestCluster.get());
  }

  @AfterAll
  static void leave() {
    ground.close();
  }

  @Override
  protected EngineBench newBench() {
    return new KubernetesBench(ground, folder);
  }
}
