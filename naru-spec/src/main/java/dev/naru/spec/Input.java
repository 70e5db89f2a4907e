package dev.naru.spec;

/** One input of a run: the sealed output of a Preparation. */
public record Input(
    @Field(
            doc =
                "Name of the Preparation; its output is the read-only directory NARU_INPUT_<NAME>.",
            maxLength = 40,
            refersTo = Kind.PREPARATION)
        String from) {}
