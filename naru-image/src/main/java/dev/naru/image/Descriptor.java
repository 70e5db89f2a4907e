package dev.naru.image;

/**
 * A blob as a manifest names it (OCI image specification 1.1, descriptor).
 *
 * @param mediaType such as {@code application/vnd.oci.image.layer.v1.tar+gzip}
 * @param digest {@code sha256:} and 64 lower-case hexadecimal digits
 * @param size bytes
 */
public record Descriptor(String mediaType, String digest, long size) {
  /** Media type of an image's manifest. */
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** Media type of an index. */
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** Media type of an image's configuration. */
  public static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  /** Refuses what is no digest: it becomes a file's name. */
  public Descriptor {
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException("no sha256 digest: " + digest);
    }
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size + " of " + digest);
    }
  }

  /** The 64 digits. */
  public String hex() {
    return digest.substring("sha256:".length());
  }
}
