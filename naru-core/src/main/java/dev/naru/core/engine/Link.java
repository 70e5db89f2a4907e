package dev.naru.core.engine;

/**
 * A declared connection; what is not declared is denied where the engine can.
 *
 * @param from who opens it: {@code training/fraud}, {@code gateway}
 * @param to whom: {@code training/fraud} (its own ranks), {@code inference/fraud}, {@code
 *     host:port} for egress
 * @param why the field of the file that declares it
 */
public record Link(String from, String to, String why) {}
