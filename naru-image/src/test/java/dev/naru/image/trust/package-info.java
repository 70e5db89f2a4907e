/** Signatures, tried. */
@org.jspecify.annotations.NullMarked
package dev.naru.image.trust;
