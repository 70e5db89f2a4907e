package dev.naru.image;

/**
 * A layer that is in the layout.
 *
 * @param name what it holds: packages, java, dependencies, classes ...
 * @param blob the compressed archive
 * @param diffId digest of the archive before compression
 */
public record Layer(String name, Descriptor blob, String diffId) {}
