package dev.naru.examples.finance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trains one model as one rank of a gang. The rounds, and what happens after each, are the same on
 * all ranks; rank 0 also writes checkpoints, progress and the model.
 */
final class Trainer {
  private final Course course;
  private final Surroundings surroundings;
  private final Interruption interruption;
  private final boolean first;
  private final Progress progress;
  private final Checkpoints checkpoints;
  private final Path modelFolder;
  private final RowFolder input;
  private final HeldOut heldOut;

  Trainer(Course course, Surroundings surroundings, Interruption interruption, PrintStream out) {
    this.course = course;
    this.surroundings = surroundings;
    this.interruption = interruption;
    this.first = surroundings.rank() == 0;
    this.progress = new Progress(out, course.rounds());
    this.checkpoints = new Checkpoints(surroundings.checkpointFolder());
    this.modelFolder = surroundings.modelFolder();
    this.input = new RowFolder(surroundings.input(course.input()));
    this.heldOut = new HeldOut(input, surroundings.rank(), surroundings.worldSize());
  }

  /** Trains to the end, or throws {@link Stop} after saving a checkpoint when asked to end. */
  void run() throws IOException, XGBoostError, InterruptedException {
    byte[] model;
    try (Gang gang = Gang.open(surroundings)) {
      Optional<Checkpoints.Checkpoint> start = surroundings.resumeFrom().map(checkpoints::open);
      Rows rows =
          input.readBothLabels(Partition.TRAIN, surroundings.rank(), surroundings.worldSize());
      gang.join(surroundings);
      interruption.install(surroundings.grace());
      model = train(gang, start, rows);
      gang.leave();
    }
    if (first) {
      progress.report(course.rounds(), heldOut.publish(modelFolder, model));
    }
  }

  private byte[] train(Gang gang, Optional<Checkpoints.Checkpoint> start, Rows rows)
      throws XGBoostError, IOException {
    DMatrix matrix = rows.matrix();
    Booster booster = booster(start, matrix);
    booster.setFeatureNames(rows.columns().toArray(String[]::new));
    int done = start.map(Checkpoints.Checkpoint::step).orElse(0);
    for (int step = done + 1; step <= course.rounds(); step++) {
      booster.update(matrix, step - 1);
      boolean stop = gang.any(interruption.asked());
      if (first && (stop || step % course.checkpointEvery() == 0)) {
        checkpoints.write(step, booster);
      }
      if (stop) {
        gang.leave();
        throw Stop.interrupted("asked to stop, saved what " + step + " rounds made");
      }
      report(booster, step, step == done + 1);
    }
    return booster.toByteArray();
  }

  private Booster booster(Optional<Checkpoints.Checkpoint> start, DMatrix rows)
      throws XGBoostError, IOException {
    Booster booster =
        start.isPresent()
            ? XGBoost.loadModel(start.get().model().toString())
            : XGBoost.train(rows, Map.of(), 0, Map.of(), null, null);
    booster.setParams(course.parameters());
    HeldOut.follow(booster);
    return booster;
  }

  /** The first round of an attempt is told at once: whoever waits sees that the work goes on. */
  private void report(Booster booster, int step, boolean begun) throws XGBoostError, IOException {
    if (first && begun) {
      progress.report(step, Map.of());
    }
    if (step % course.progressEvery() == 0) {
      Map<String, Double> metrics = heldOut.look(booster, step);
      if (first) {
        progress.report(step, metrics);
      }
    }
  }
}
