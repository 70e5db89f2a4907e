package dev.naru.server.api;

import dev.naru.core.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * What a submission would change.
 *
 * @param project its name
 * @param engine the engine that it would run on
 * @param plan what changes, what the engine would not do, who may talk to whom
 * @param needsConfirmation whether something would be replaced or lost, or the project is taken
 *     over from another path
 * @param warnings what the user should know: applied from another path before
 * @param addresses where Inferences will be found
 * @param capacity what the work reserves at most at once, and what there is
 */
public record PlanAnswer(
    String project,
    String engine,
    Plan plan,
    boolean needsConfirmation,
    List<String> warnings,
    List<Address> addresses,
    Capacity capacity) {
  /** Copies the lists. */
  public PlanAnswer {
    warnings = List.copyOf(warnings);
    addresses = List.copyOf(addresses);
  }

  /** The same with another plan. */
  public PlanAnswer with(Plan other) {
    return new PlanAnswer(project, engine, other, needsConfirmation, warnings, addresses, capacity);
  }

  /**
   * Where an Inference will be found.
   *
   * @param ref {@code inference/fraud}
   * @param url the address that always works
   * @param shortForm the short address, where this project has it
   * @param shortOwner the project that has the short address
   */
  public record Address(String ref, String url, Optional<String> shortForm, String shortOwner) {}

  /**
   * Amounts for comparison.
   *
   * @param cpuMillis thousandths of a core that there are; 0 where nodes may not be looked at
   * @param memoryBytes bytes that there are; 0 where nodes may not be looked at
   * @param reservedCpuMillis most that the project's work reserves at once
   * @param reservedMemoryBytes the same of memory
   */
  public record Capacity(
      long cpuMillis, long memoryBytes, long reservedCpuMillis, long reservedMemoryBytes) {}
}
