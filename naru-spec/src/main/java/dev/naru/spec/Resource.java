package dev.naru.spec;

/** One document of the file. */
public sealed interface Resource permits Image, Volume, Workload {
  /** The one API group and version of this build. */
  String API_VERSION = "naru.dev/v1alpha1";

  /** Its kind. */
  Kind kind();

  /** Who it is. */
  Metadata metadata();

  /** What is wanted of it, as a record whose components are the fields of {@code spec}. */
  Record spec();

  /** Its name: {@code metadata.name}. */
  default String name() {
    return metadata().name();
  }

  /** Kind and name as people write them: {@code training/fraud}. */
  default String ref() {
    return kind().lower() + "/" + name();
  }
}
