/** Keys, signatures and attestations of images: made, written beside the image, and verified. */
@org.jspecify.annotations.NullMarked
package dev.naru.image.trust;
