package dev.naru.spec;

import java.util.Optional;

/** What one replica may use at most. */
public record Limits(
    @Field(
            doc = "Cap on processor time of one replica; none by default.",
            min = 1,
            max = 1_000_000,
            example = "1")
        Optional<Cpu> cpu) {}
