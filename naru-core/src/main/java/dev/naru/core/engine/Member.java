package dev.naru.core.engine;

/**
 * One replica of a group.
 *
 * @param index rank, shard or replica index, from 0
 * @param start how often this index was started before, from 0; another number is another replica.
 *     Engines that replace members by themselves ignore it.
 */
public record Member(int index, int start) implements Comparable<Member> {
  @Override
  public int compareTo(Member other) {
    return index != other.index
        ? Integer.compare(index, other.index)
        : Integer.compare(start, other.start);
  }

  /** {@code index.start}, such as {@code 1.0}. */
  @Override
  public String toString() {
    return index + "." + start;
  }
}
