package dev.naru.spec;

/** What one replica reserves. */
public record Resources(
    @Field(
            doc = "Processor time of one replica: a reservation and a weight, never a cap.",
            byDefault = "100m",
            min = 1,
            max = 1_000_000,
            example = "500m")
        Cpu cpu,
    @Field(
            doc = "Memory of one replica: a reservation and a cap.",
            byDefault = "256Mi",
            min = 1 << 20,
            max = 1L << 44,
            example = "1Gi")
        Bytes memory) {}
