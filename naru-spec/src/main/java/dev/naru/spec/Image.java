package dev.naru.spec;

import java.util.List;
import java.util.Optional;

/**
 * What replicas run: a recipe (runtime and source) from which the process engine runs the program
 * as it is and from which container engines run an image, or an image that exists already.
 */
public record Image(Metadata metadata, Spec spec) implements Resource {
  private static final String HEX = "[0-9a-f]{64}";
  private static final String PART = "[a-z0-9]+([._-]+[a-z0-9]+)*";

  /** An image of a registry by digest: {@code registry/name@sha256:...}. */
  public static final String REGISTRY_REF =
      "[a-z0-9]+([.-]+[a-z0-9]+)*(:[0-9]{1,5})?(/" + PART + ")+@sha256:" + HEX;

  /** The same, where the registry may be left to the settings: {@code name@sha256:...}. */
  public static final String ANY_REF =
      "([a-z0-9]+([.-]+[a-z0-9]+)*:[0-9]{1,5}/)?" + PART + "(/" + PART + ")*@sha256:" + HEX;

  @Override
  public Kind kind() {
    return Kind.IMAGE;
  }

  /** The fields of {@code spec}. */
  public record Spec(
      @Field(
              doc =
                  "Language runtime of the image: exactly one of java and python. Either runtime"
                      + " and source are given, or ref is.")
          Optional<RunsOn> runtime,
      @Field(
              doc =
                  "A jar (java) or a folder (python), relative to the file; it may not leave the"
                      + " file's folder.",
              maxLength = 4096,
              example = "target/finance.jar")
          Optional<String> source,
      @Field(
              doc =
                  "An image that exists already, by digest, instead of runtime and source; for"
                      + " engines that run containers.",
              maxLength = 512,
              pattern = REGISTRY_REF,
              patternWords = "a registry, a name and a digest: registry/name@sha256:<64 digits>")
          Optional<String> ref,
      @Field(
              doc =
                  "What a container image of the recipe is built on: exactly one of ref and"
                      + " packages; without it, packages.")
          Optional<Base> base,
      @Field(
              doc =
                  "The project's own build, run before the source is read when its inputs changed.")
          Optional<Build> build) {
    /** A recipe with nothing but what it needs. */
    public Spec(RunsOn runtime, String source) {
      this(
          Optional.of(runtime),
          Optional.of(source),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** What runs the program; an image by ref runs by itself, with neither java nor python. */
    public RunsOn runsOn() {
      return runtime.orElseGet(
          () -> new RunsOn(Optional.empty(), Optional.empty(), Optional.empty()));
    }
  }

  /** Exactly one of {@code java} and {@code python}. */
  public record RunsOn(
      @Field(
              doc = "Java feature release that runs the jar; this version knows 25.",
              min = 25,
              max = 25)
          Optional<Integer> java,
      @Field(
              doc = "Python version that runs the folder.",
              pattern = "3\\.[0-9]{1,2}",
              patternWords = "a version such as \"3.11\", in quotes",
              example = "\"3.11\"")
          Optional<String> python,
      @Field(
              doc =
                  "Requirements file of the Python image, relative to the file; every line pins a"
                      + " version and its sha256 hashes.",
              maxLength = 4096)
          Optional<String> requirements) {}

  /** Exactly one of {@code ref} and {@code packages}. */
  public record Base(
      @Field(
              doc =
                  "An image by digest that has the runtime on its path; without a registry in the"
                      + " name, it is looked for in the home and in --registry.",
              maxLength = 512,
              pattern = ANY_REF,
              patternWords = "a name and a digest: name@sha256:<64 digits>")
          Optional<String> ref,
      @Field(
              doc =
                  "The distribution whose own packages the base is made of, on hosts that have"
                      + " apt: debian.",
              pattern = "debian",
              patternWords = "debian, the only distribution of this version")
          Optional<String> packages) {}

  /** The project's own build. */
  public record Build(
      @Field(
              doc = "The program and its arguments; it runs in the file's folder, without a shell.",
              minLength = 1,
              maxLength = 256,
              example = "[mvn, -q, package]")
          List<String> command) {
    /** Copies the command. */
    public Build {
      command = List.copyOf(command);
    }
  }
}
