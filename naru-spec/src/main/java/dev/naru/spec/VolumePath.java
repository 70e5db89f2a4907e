package dev.naru.spec;

/** A directory in a volume. */
public record VolumePath(
    @Field(doc = "Name of the Volume.", maxLength = 40, refersTo = Kind.VOLUME) String volume,
    @Field(
            doc = "Directory in the volume, relative, without '..'.",
            maxLength = 512,
            pattern = "[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*",
            patternWords =
                "names of letters, digits, '.', '_' and '-', joined by '/', none beginning with"
                    + " '.'",
            example = "checkpoints/fraud")
        String path) {}
