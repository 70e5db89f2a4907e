package dev.naru.serving;

import java.util.List;

/**
 * How the JVMs of this module are started: small and quick to start; the figures are in {@code
 * docs/serving.md}.
 */
public final class ServingFlags {
  private static final List<String> COMMON =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-Xss512k",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dio.netty.allocator.type=pooled",
          "-Dio.netty.allocator.numDirectArenas=1",
          "-Dio.netty.allocator.numHeapArenas=1",
          "-Dio.netty.allocator.maxOrder=5",
          "-Dio.netty.leakDetection.level=disabled",
          "-Dio.netty.recycler.maxCapacityPerThread=256");

  /** Options for {@code dev.naru.serving.ModelServer}, without the class path. */
  public static final List<String> MODEL_SERVER =
      with("-Xms8m", "-Xmx96m", "-XX:MaxDirectMemorySize=32m");

  /** Options for {@code dev.naru.serving.Gateway}, without the class path. */
  public static final List<String> GATEWAY =
      with("-Xms8m", "-Xmx96m", "-XX:MaxDirectMemorySize=256m");

  private ServingFlags() {}

  private static List<String> with(String... sizes) {
    return java.util.stream.Stream.concat(List.of(sizes).stream(), COMMON.stream()).toList();
  }
}
