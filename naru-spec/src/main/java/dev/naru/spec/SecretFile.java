package dev.naru.spec;

import java.util.Optional;

/** One secret that every replica finds as a file; its value is never part of a resource. */
public record SecretFile(
    @Field(
            doc =
                "Name of the secret: in the home's store (naru secret set), or a Secret of the"
                    + " namespace whose key 'value' has it.",
            maxLength = 40,
            pattern = Metadata.NAME,
            patternWords = Metadata.NAME_WORDS,
            example = "db-password")
        String name,
    @Field(
            doc = "Name of the file in NARU_SECRETS_DIR; the name of the secret without it.",
            maxLength = 128,
            pattern = "[A-Za-z0-9_-][-._A-Za-z0-9]*",
            patternWords = "letters, digits, '.', '_' and '-', not beginning with '.'",
            example = "password")
        Optional<String> file) {
  /** The key of a Kubernetes Secret that holds the value. */
  public static final String KEY = "value";

  /** The name of its file in {@code NARU_SECRETS_DIR}. */
  public String path() {
    return file.orElse(name);
  }
}
