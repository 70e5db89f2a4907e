package dev.naru.image;

import java.util.List;

/** What images that Naru builds have inside: for engines, which mount and start. */
public final class ImagePaths {
  /** User and group of every program; owns every mount point. */
  public static final int USER = LayerEntry.USER;

  /** The program's folder, in which it starts: {@code app.jar}, or the Python source. */
  public static final String APP = Programs.FOLDER;

  /** What {@code java -jar} starts. */
  public static final String APP_JAR = APP + "/app.jar";

  /** The Java launcher of images on packages; on a base by ref it is {@code java} on the path. */
  public static final String JAVA = JavaRuntime.HOME + "/bin/java";

  /**
   * Folders that belong to {@link #USER}, mode 0755. A new Docker volume takes the owner of the
   * folder that it is mounted on first: mounting it once on {@code /naru/volume} makes it writable
   * wherever it is mounted later.
   */
  public static final List<String> MOUNT_POINTS =
      List.of(
          "/naru", "/naru/home", "/naru/in", "/naru/model", "/naru/out", "/naru/volume", "/tmp");

  private ImagePaths() {}

  /** The interpreter of images on packages: {@code python("3.11")}. */
  public static String python(String version) {
    return "/usr/bin/python" + version;
  }
}
