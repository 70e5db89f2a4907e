package dev.naru.spec;

import java.util.Map;
import java.util.Optional;

/** Who a resource is. */
public record Metadata(
    @Field(
            doc = "Name of the resource, unique among its kind in the project.",
            maxLength = 40,
            pattern = Metadata.NAME,
            patternWords = Metadata.NAME_WORDS,
            example = "fraud")
        String name,
    @Field(
            doc =
                "Project that the resource belongs to, where no -p is given; all resources of a"
                    + " file name the same.",
            maxLength = 40,
            pattern = Metadata.NAME,
            patternWords = Metadata.NAME_WORDS)
        Optional<String> namespace,
    @Field(doc = "Labels of your own; they do not change what runs.", maxLength = 64)
        Map<String, String> labels,
    @Field(doc = "Annotations of your own; they do not change what runs.", maxLength = 64)
        Map<String, String> annotations) {
  /** The form of a name. */
  public static final String NAME = "[a-z]([-a-z0-9]*[a-z0-9])?";

  /** The form of a name in words. */
  public static final String NAME_WORDS =
      "lower-case letters, digits and '-', beginning with a letter, ending with a letter or digit";

  /** Most characters of a name. */
  public static final int NAME_LENGTH = 40;

  /** Whether a text may be the name of a resource or a project. */
  public static boolean isName(String text) {
    return text.length() <= NAME_LENGTH && text.matches(NAME);
  }

  /** Copies the maps. */
  public Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
