package dev.naru.core.testkit.engine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every engine does. An engine's test extends this and says how its bench is made; the claims
 * are in the interfaces, by theme.
 */
@Timeout(120)
@ExtendWith(ParityRecord.class)
public abstract class EngineContract
    implements StartClaims,
        EndClaims,
        IdentityClaims,
        AdoptionClaims,
        LogClaims,
        FileClaims,
        ImageClaims,
        PlanClaims,
        LinkClaims,
        SecretClaims,
        CopyClaims {
  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private EngineBench bench;

  /** A bench with a home of its own. */
  protected abstract EngineBench newBench() throws Exception;

  @BeforeEach
  final void openBench() throws Exception {
    bench = newBench();
  }

  @AfterEach
  final void closeBench() {
    bench.close();
  }

  @Override
  public final EngineBench bench() {
    return bench;
  }
}
