package dev.naru.core.engine;

/**
 * A directory that every member gets, named by an environment variable.
 *
 * @param env the variable that holds its path, such as {@code NARU_OUTPUT}
 * @param location where it is
 * @param writable whether members write there; then the engine makes it where it is absent
 */
public record Dir(String env, Location location, boolean writable) {}
