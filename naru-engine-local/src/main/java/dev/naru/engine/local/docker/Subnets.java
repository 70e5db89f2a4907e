package dev.naru.engine.local.docker;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Blocks of addresses for networks: an engine's own pools are used up after 31 networks.
 *
 * @param first first address, as a number
 * @param bits length of the prefix, 0 to 32
 */
record Subnets(long first, int bits) {
  /** Checks the range. */
  Subnets {
    if (bits < 0 || bits > 32 || first % (1L << (32 - bits)) != 0) {
      throw new IllegalArgumentException("not the beginning of a block: " + text(first, bits));
    }
  }

  /**
   * Reads {@code 10.213.0.0/16}.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  static Subnets parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !(InetAddress.ofLiteral(text.substring(0, slash)) instanceof Inet4Address a)) {
      throw new IllegalArgumentException("'" + text + "' is no block such as 10.213.0.0/16");
    }
    long first = 0;
    for (byte b : a.getAddress()) {
      first = first << 8 | (b & 0xff);
    }
    return new Subnets(first, Integer.parseInt(text.substring(slash + 1)));
  }

  /** The block of that length that an address is in. */
  static Subnets around(Inet4Address address, int length) {
    long at = Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(address.getAddress()).getInt());
    return new Subnets(at & -(1L << (32 - length)), length);
  }

  /** The least block that holds that many members: the engine keeps three addresses itself. */
  static int bitsFor(int members) {
    int bits = 28;
    while ((1 << (32 - bits)) - 3 < members) {
      bits--;
    }
    return bits;
  }

  /**
   * The least block whose upper half holds that many members: the lower one is for addresses that
   * are given by hand.
   */
  static int bitsForHalf(int members) {
    int bits = 28;
    while ((1 << (31 - bits)) - 1 < members) {
      bits--;
    }
    return bits;
  }

  /** The second half of it. */
  Subnets upperHalf() {
    return new Subnets(first + (1L << (31 - bits)), bits + 1);
  }

  /**
   * The first block of that length in here that touches none of the taken ones.
   *
   * @return empty where all are taken
   */
  Optional<Subnets> free(int length, Collection<Subnets> taken) {
    long size = 1L << (32 - length);
    for (long at = first; at + size <= end(); at += size) {
      Subnets block = new Subnets(at, length);
      if (taken.stream().noneMatch(block::touches)) {
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }

  private long end() {
    return first + (1L << (32 - bits));
  }

  private boolean touches(Subnets other) {
    return first < other.end() && other.first < end();
  }

  /** The address that many places behind the first. */
  String address(int offset) {
    return dotted(first + offset);
  }

  private static String dotted(long address) {
    return String.join(
        ".",
        List.of(24, 16, 8, 0).stream()
            .map(shift -> Long.toString(address >> shift & 0xff))
            .toList());
  }

  private static String text(long first, int bits) {
    return dotted(first) + "/" + bits;
  }

  /** {@code 10.213.0.16/28}. */
  @Override
  public String toString() {
    return text(first, bits);
  }
}
