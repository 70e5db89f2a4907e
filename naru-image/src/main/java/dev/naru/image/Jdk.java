package dev.naru.image;

/**
 * The JDK that a Java runtime is linked from.
 *
 * @param name who made it: {@code Eclipse Adoptium}
 * @param version the whole version: {@code 25.0.3+9-LTS}
 * @param sha256 64 digits of its {@code lib/modules}
 */
public record Jdk(String name, String version, String sha256) {}
