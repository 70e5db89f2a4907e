package dev.naru.core.testkit.engine;

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
}
