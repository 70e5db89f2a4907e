package dev.naru.spec;

/** Where data is kept: it stays when workloads go. */
public record Volume(Metadata metadata, Spec spec) implements Resource {
  @Override
  public Kind kind() {
    return Kind.VOLUME;
  }

  /** The fields of {@code spec}. */
  public record Spec(
      @Field(
              doc = "Size in bytes, with a binary or decimal unit.",
              min = 1,
              max = 1L << 50,
              example = "2Gi")
          Bytes size,
      @Field(
              doc =
                  "Who may write in it at once: the replicas of one workload, while others wait"
                      + " (ReadWriteOnce), or all (ReadWriteMany).",
              byDefault = "ReadWriteOnce")
          Access access) {}

  /** Who may have a volume at once. */
  public enum Access {
    /** One workload at a time, and replicas on one node. */
    ReadWriteOnce,
    /** Any number of workloads, replicas on any nodes. */
    ReadWriteMany
  }
}
