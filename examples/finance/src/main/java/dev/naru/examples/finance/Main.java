package dev.naru.examples.finance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** {@code prepare credit|transactions} and {@code train credit|fraud}. */
final class Main {
  private static final String USAGE =
      "usage: java -jar finance.jar prepare credit|transactions | train credit|fraud";

  /** Something went wrong that another attempt may mend. */
  static final int FAILED = 1;

  private final Surroundings surroundings;
  private final PrintStream out;
  private final Interruption interruption = new Interruption();

  Main(Surroundings surroundings, PrintStream out) {
    this.surroundings = surroundings;
    this.out = out;
  }

  static void main(String[] arguments) {
    Surroundings surroundings = new Surroundings(System.getenv());
    System.exit(new Main(surroundings, System.out).exitCode(List.of(arguments), System.err));
  }

  /** Does the work; a failure is one line, and the stack too where it is not the user's. */
  int exitCode(List<String> arguments, PrintStream err) {
    try {
      run(arguments);
      return 0;
    } catch (Stop stop) {
      err.println("finance: " + stop.getMessage());
      return stop.code();
    } catch (XGBoostError e) {
      err.println("finance: " + withoutStack(e));
      return FAILED;
    } catch (IOException | RuntimeException e) {
      err.println("finance: " + e);
      e.printStackTrace(err);
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } finally {
      interruption.finished();
    }
  }

  /** The library's messages end with the native stack, and come on many lines. */
  private static String withoutStack(XGBoostError error) {
    String message = String.valueOf(error.getMessage());
    int stack = message.indexOf("Stack trace:");
    return (stack < 0 ? message : message.substring(0, stack))
        .strip()
        .replaceAll("\\s*\n\\s*", " ");
  }

  private void run(List<String> arguments) throws IOException, XGBoostError, InterruptedException {
    switch (String.join(" ", arguments)) {
      case "prepare credit" ->
          new CreditPreparation(surroundings.output(), surroundings.shard(), surroundings.shards())
              .run();
      case "prepare transactions" ->
          new TransactionPreparation(
                  surroundings.output(), surroundings.shard(), surroundings.shards())
              .run();
      case "train credit" -> train(Course.CREDIT);
      case "train fraud" -> train(Course.FRAUD);
      default -> throw Stop.usage(USAGE);
    }
  }

  private void train(Course course) throws IOException, XGBoostError, InterruptedException {
    Trainer trainer = new Trainer(course, surroundings, interruption, out);
    NativeCode.load(
        surroundings.temporaryFolder().orElse(Path.of(System.getProperty("java.io.tmpdir"))));
    trainer.run();
  }
}
