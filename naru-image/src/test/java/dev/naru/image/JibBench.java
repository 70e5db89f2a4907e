package dev.naru.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What Jib alone takes for one changed class of a jar in parts, by hand: {@code JibBench CACHE
 * DEPENDENCIES_JAR APP_JAR HOST/NAME}; needs all of Jib's own dependencies on the class path.
 */
final class JibBench {
  private JibBench() {}

  public static void main(String[] args) throws Exception {
    Path app = Path.of(args[2]);
    byte[] before = Files.readAllBytes(app);
    for (int i = 0; i < 20; i++) {
      Files.write(app, Changed.jar(before, i));
      long begun = System.nanoTime();
      Jib.fromScratch()
          .setFormat(ImageFormat.OCI)
          .setCreationTime(Instant.EPOCH)
          .addFileEntriesLayer(layer("dependencies", Path.of(args[1])))
          .addFileEntriesLayer(layer("classes", app))
          .setEntrypoint(List.of("java", "-jar", "/app/app.jar"))
          .containerize(
              Containerizer.to(RegistryImage.named(args[3]))
                  .setAllowInsecureRegistries(true)
                  .setBaseImageLayersCache(Path.of(args[0], "base"))
                  .setApplicationLayersCache(Path.of(args[0], "app")));
      System.out.printf("jib: %d ms%n", (System.nanoTime() - begun) / 1_000_000);
    }
    Files.write(app, before);
  }

  private static FileEntriesLayer layer(String name, Path jar) {
    return FileEntriesLayer.builder()
        .setName(name)
        .addEntry(jar, AbsoluteUnixPath.get("/app/" + jar.getFileName()))
        .build();
  }
}
