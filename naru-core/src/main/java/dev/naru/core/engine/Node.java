package dev.naru.core.engine;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;

/**
 * A machine that replicas are placed on.
 *
 * @param name its name
 * @param cpu what can be reserved in all
 * @param memory what can be reserved in all
 */
public record Node(String name, Cpu cpu, Bytes memory) {}
