package dev.naru.server.api;

/**
 * Which fault, how often.
 *
 * @param index rank to kill of a Training; of an Inference any replica that serves, and 0 here
 * @param times faults, one after the other, from 1
 */
public record DrillRequest(int index, int times) {}
