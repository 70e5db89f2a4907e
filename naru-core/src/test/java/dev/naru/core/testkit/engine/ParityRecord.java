package dev.naru.core.testkit.engine;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.opentest4j.TestAbortedException;

/**
 * Writes down what an engine did in a run of the whole contract: {@code target/parity/ENGINE.tsv},
 * a line {@code theme TAB behaviour TAB yes} or {@code ... TAB no: reason} for each claim. A run
 * that left out a claim, or in which one failed, writes nothing. The module checks makes {@code
 * docs/parity.md} of these files.
 */
final class ParityRecord implements AfterTestExecutionCallback, AfterAllCallback {
  private static final Path FOLDER = Path.of("target/parity");

  private final Map<String, String> told = new TreeMap<>();
  private String engine = "";
  private boolean failed;

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Method claim = context.getRequiredTestMethod();
    if (!isClaim(claim)) {
      return;
    }
    if (context.getRequiredTestInstance() instanceof EngineContract contract) {
      engine = column(contract.bench());
    }
    String said =
        switch (context.getExecutionException().orElse(null)) {
          case null -> "yes";
          case TestAbortedException e -> "no: " + reason(e);
          case Throwable _ -> {
            failed = true;
            yield "failed";
          }
        };
    told.merge(line(claim), said, (a, b) -> a.equals("yes") ? b : a);
  }

  /** Plain processes of a machine that lets nobody limit them are a column of their own. */
  private static String column(EngineBench bench) {
    String name = bench.engine().name();
    return bench.engine().features().enforcesLimits() ? name : name + "-without-limits";
  }

  private static String reason(TestAbortedException e) {
    String message = Optional.ofNullable(e.getMessage()).orElse("");
    return message.replace("Assumption failed: ", "").replaceAll("\\s+", " ");
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Set<String> claims =
        Arrays.stream(context.getRequiredTestClass().getMethods())
            .filter(ParityRecord::isClaim)
            .map(ParityRecord::line)
            .collect(Collectors.toSet());
    if (failed || !told.keySet().equals(claims)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    told.forEach((line, said) -> text.append(line).append('\t').append(said).append('\n'));
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve(engine + ".tsv"), text);
  }

  private static boolean isClaim(Method method) {
    return method.getDeclaringClass().isInterface()
        && (method.isAnnotationPresent(Test.class)
            || method.isAnnotationPresent(ParameterizedTest.class));
  }

  /** {@code EndClaims.exitCodeIsTold} becomes {@code End TAB Exit code is told}. */
  private static String line(Method claim) {
    String words =
        claim.getName().replaceAll("([A-Z]|\\d+)", " $1").toLowerCase(Locale.ROOT).strip();
    String theme = claim.getDeclaringClass().getSimpleName().replace("Claims", "");
    return theme + "\t" + words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
