package dev.naru.core.testkit.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Member;

/** What all themes of the contract use. */
interface EngineClaims {
  /** The first start of index 0. */
  Member FIRST = new Member(0, 0);

  /** The first start of index 1. */
  Member SECOND = new Member(1, 0);

  /** The bench of this test. */
  EngineBench bench();

  /** The engine in use. */
  default Engine engine() {
    return bench().engine();
  }

  /** Leaves a claim out where an engine lacks what it is about; the table tells why. */
  default void needs(Ability ability) {
    String reason = bench().lacks(ability);
    assumeTrue(reason.isEmpty(), reason);
  }
}
