package dev.naru.core.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** {@link Puppet} as a program: a jar that {@code java -jar} runs. */
public final class PuppetJar {
  private PuppetJar() {}

  /**
   * Writes it; the same version is the same bytes.
   *
   * @param version any text: another one is another image
   */
  public static void write(Path jar, String version) throws IOException {
    write(jar, version, Puppet.class);
  }

  /** The same with another program of one class. */
  public static void write(Path jar, String version, Class<?> program) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, program.getName());
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    String name = program.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = program.getResourceAsStream("/" + name)) {
      JarEntry head = new JarEntry("META-INF/MANIFEST.MF");
      head.setTime(0);
      out.putNextEntry(head);
      manifest.write(out);
      JarEntry entry = new JarEntry(name);
      entry.setTime(0);
      out.putNextEntry(entry);
      Objects.requireNonNull(in).transferTo(out);
    }
  }
}
