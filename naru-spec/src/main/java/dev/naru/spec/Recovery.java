package dev.naru.spec;

import java.time.Duration;

/** How a run is healed. */
public record Recovery(
    @Field(
            doc = "Attempts that may fail without a new checkpoint before the run fails.",
            byDefault = "5",
            min = 1,
            max = 100)
        int attempts,
    @Field(
            doc = "Promised time from a fault to progress beyond it; drills are judged by it.",
            byDefault = "30s",
            min = 100,
            max = 86_400_000)
        Duration within) {}
