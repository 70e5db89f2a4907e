package dev.naru.core.engine;

import dev.naru.spec.Kind;

/**
 * Who a group is. Equal ids are the same group, on every engine and across restarts.
 *
 * @param project the project, or {@link #SYSTEM} for Naru's own
 * @param kind PREPARATION, TRAINING or INFERENCE
 * @param workload name of the workload
 * @param run number of the run, from 1; of an Inference the number of the revision
 * @param attempt number of the attempt, from 1; 0 where the kind has none
 */
public record GroupId(String project, Kind kind, String workload, int run, int attempt) {
  /** The project of Naru's own groups; no user's project can have this name. */
  public static final String SYSTEM = "naru.system";

  /**
   * The name of the native object: {@code fraud-train-3-1}, {@code credit-prep-2}, {@code
   * fraud-infer-4}.
   */
  public String name() {
    return switch (kind) {
      case PREPARATION -> workload + "-prep-" + run;
      case TRAINING -> workload + "-train-" + run + "-" + attempt;
      case INFERENCE -> workload + "-infer-" + run;
      case IMAGE, VOLUME -> throw new IllegalStateException("no group of kind " + kind);
    };
  }

  /** Project and name: {@code finance/fraud-train-3-1}. */
  @Override
  public String toString() {
    return project + "/" + name();
  }
}
