package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Checkpoints of a training: folders {@code step-N} that hold the model after N rounds. */
final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})");
  private static final String MODEL = "model.ubj";

  private final Optional<Path> folder;
  private int last;

  /**
   * @param folder where to write; empty means that none are written
   */
  Checkpoints(Optional<Path> folder) {
    this.folder = folder;
  }

  /** A checkpoint to go on from: the rounds done and the file of the model. */
  record Checkpoint(int step, Path model) {}

  /** Finds the model in the checkpoint that the engine chose. */
  Checkpoint open(Path chosen) {
    Matcher name = NAME.matcher(String.valueOf(chosen.getFileName()));
    Path model = chosen.resolve(MODEL);
    if (!name.matches() || !Files.isRegularFile(model)) {
      throw Stop.data(
          "NARU_RESUME_FROM is not a checkpoint 'step-N' with " + MODEL + ": " + chosen);
    }
    last = Integer.parseInt(name.group(1));
    return new Checkpoint(last, model);
  }

  /** Writes the model after so many rounds, once. */
  void write(int step, Booster model) throws IOException, XGBoostError {
    if (folder.isPresent() && step > last) {
      Durable.writeFolder(folder.get().resolve("step-" + step), MODEL, model.toByteArray());
      last = step;
    }
  }
}
