/** Images: reproducible builds, lock file, layout, registry, SBOM. */
@org.jspecify.annotations.NullMarked
package dev.naru.image;
