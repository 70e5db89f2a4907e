package dev.naru.image.secret;

import java.time.Instant;

/**
 * A secret as it may be shown: everything but its value.
 *
 * @param project that it belongs to
 * @param name of the secret, unique in its project
 * @param changed when its value was set last
 */
public record HomeSecret(String project, String name, Instant changed) {}
