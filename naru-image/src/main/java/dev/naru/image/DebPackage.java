package dev.naru.image;

/**
 * A package of the distribution, exactly.
 *
 * @param name such as {@code libc6}
 * @param version the whole version: {@code 2.36-9+deb12u14}
 * @param architecture {@code amd64}, {@code arm64} or {@code all}
 * @param sha256 64 digits of the package file
 */
public record DebPackage(String name, String version, String architecture, String sha256) {}
