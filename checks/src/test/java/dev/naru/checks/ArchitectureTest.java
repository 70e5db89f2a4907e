package dev.naru.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Which way the dependencies point. */
class ArchitectureTest {
  private static final String SPEC = "dev.naru.spec..";
  private static final String CORE = "dev.naru.core..";
  private static final String ENGINE = "dev.naru.engine..";
  private static final String IMAGE = "dev.naru.image..";
  private static final String SERVING = "dev.naru.serving..";
  private static final String SERVER = "dev.naru.server..";
  private static final String CLI = "dev.naru.cli..";

  private static final JavaClasses NARU =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.naru");

  @Test
  void seesEveryModule() {
    assertThat(Stream.of(SPEC, CORE, IMAGE, SERVING, SERVER, CLI))
        .allSatisfy(p ->
            assertThat(NARU.stream().filter(c -> resideInAnyPackage(p).test(c)))
                .as(p)
                .isNotEmpty());
  }

  @Test
  void specNeedsOnlyTheJdkJacksonAndYaml() {
    check(
        classes()
            .that()
            .resideInAPackage(SPEC)
            .should()
            .onlyDependOnClassesThat(
                are(
                    resideInAnyPackage(
                        SPEC,
                        "java..",
                        "com.fasterxml.jackson..",
                        "org.snakeyaml.engine..",
                        "org.jspecify.annotations"))));
  }

  @Test
  void coreNeedsOnlyTheJdkSpecAndJackson() {
    check(
        classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat(
                are(
                    resideInAnyPackage(
                        CORE,
                        SPEC,
                        "java..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.annotations"))));
  }

  @Test
  void nothingBelowTheServerSeesIt() {
    for (String below : List.of(SPEC, CORE, ENGINE, IMAGE, SERVING, CLI)) {
      neverSees(below, SERVER);
    }
  }

  @Test
  void enginesImagesAndServingDoNotSeeEachOther() {
    neverSees(ENGINE, IMAGE, SERVING, CLI);
    neverSees(SERVING, ENGINE, IMAGE, CORE, CLI);
    neverSees(IMAGE, ENGINE, SERVING, CLI);
  }

  @Test
  void theCommandLineSpeaksToTheServerOverHttpOnly() {
    neverSees(CLI, "dev.naru.engine.local..", SERVING, SERVER);
  }

  @Test
  void theCommandLineBuildsImagesByItself() {
    // Failures of the module come as the core's exception; the core decides nothing here.
    check(
        noClasses()
            .that()
            .resideInAPackage(CLI)
            .should()
            .dependOnClassesThat(
                are(resideInAnyPackage(CORE))
                    .and(
                        describe(
                            "decisions",
                            c -> !c.getName().startsWith("dev.naru.core.NaruException")))));
  }

  @Test
  void libraryTypesStayInTheirModule() {
    onlySees(SERVING, "io.netty..");
    onlySees(IMAGE, "com.google.cloud.tools..", "com.google.common..");
    onlySees("dev.naru.engine.local.docker..", "com.github.dockerjava..");
    onlySees("dev.naru.engine.kubernetes..", "io.fabric8..");
    // They write tar archives: of layers, and of files copied into volumes and containers.
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(IMAGE, ENGINE, CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.commons.compress.."));
    onlySees(SERVER, "io.helidon..", "org.jdbi..", "org.sqlite..", "org.flywaydb..");
    onlySees(CLI, "picocli..", "org.jline..");
    // Values of the chart are YAML too, and none of Naru's resources.
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(SPEC, "dev.naru.cli.chart..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.snakeyaml.."));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("dev.naru.(**)").should().beFreeOfCycles());
  }

  @Test
  void decisionsHaveNoClockAndNoChance() {
    check(
        noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class));
  }

  @Test
  void decisionsTouchNothingOutside() {
    check(
        noClasses()
            .that()
            .resideInAPackage(CORE)
            .and()
            .doNotHaveSimpleName("QuestionText")
            .should()
            .dependOnClassesThat(
                are(resideInAnyPackage("java.net..", "java.sql..", "java.lang.reflect.."))
                    .or(describe("files", c -> c.getName().equals("java.nio.file.Files")))));
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(NARU.stream().filter(c -> !isNullMarked(c)).map(JavaClass::getPackageName))
        .isEmpty();
  }

  @Test
  void librariesNeverEndTheProgram() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(SPEC, CORE)
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void logsGoThroughSlf4j() {
    // SLF4J's back end is the JDK's; these give it its file, a pod's stderr, and its lines.
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.naru.server.LogFile")
            .and()
            .doNotHaveFullyQualifiedName("dev.naru.server.LogLine")
            .and()
            .doNotHaveFullyQualifiedName("dev.naru.server.StderrLog")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging.."));
  }

  private static boolean isNullMarked(JavaClass type) {
    return type.getPackage().isAnnotatedWith(NullMarked.class);
  }

  private static void check(ArchRule rule) {
    rule.check(NARU);
  }

  private static void neverSees(String one, String... others) {
    check(
        noClasses()
            .that()
            .resideInAPackage(one)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others)
            .allowEmptyShould(true));
  }

  private static void onlySees(String owner, String... libraries) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(owner)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(libraries));
  }
}
