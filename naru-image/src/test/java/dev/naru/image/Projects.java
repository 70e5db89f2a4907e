package dev.naru.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Small projects and a base that is in the layout already, so that nothing is downloaded. */
final class Projects {
  static final Image.RunsOn JAVA =
      new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty());

  private Projects() {}

  static ImageSettings settings(Path home) {
    return ImageSettings.of(home);
  }

  static Image image(Image.RunsOn runs, String source, Optional<Image.Base> base) {
    return new Image(
        new Metadata("app", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            Optional.of(runs), Optional.of(source), Optional.empty(), base, Optional.empty()));
  }

  static Image java(Path home) {
    return image(JAVA, "app.jar", Optional.of(base(home, Platform.architecture())));
  }

  static Image python(Path home, Optional<String> requirements) {
    return image(
        new Image.RunsOn(Optional.empty(), Optional.of("3.11"), requirements),
        "src",
        Optional.of(base(home, Platform.architecture())));
  }

  /** A base of one small layer for a processor, in the layout of the home. */
  static Image.Base base(Path home, String architecture) {
    try {
      ImageSettings settings = settings(home);
      Layout layout = new Layout(settings.images().resolve("oci"));
      Layers layers = new Layers(layout, settings.cache("layers"));
      Path file = Files.createTempFile("base", ".txt");
      Files.writeString(file, "below");
      Layer layer = layers.layer("base", List.of(new LayerEntry("/etc/below", file, 0644, 0)));
      Files.delete(file);
      ObjectNode config = Json.MAPPER.createObjectNode();
      config.put("architecture", architecture).put("os", "linux");
      config.putObject("config").putArray("Env").add("PATH=/opt/java/bin").add("A=b");
      config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(layer.diffId());
      Descriptor made = layout.put(Descriptor.CONFIG, Json.bytes(config));
      byte[] manifest = ImageConfig.manifest(made, List.of(layer));
      String digest = layout.put(Descriptor.MANIFEST, manifest).digest();
      return new Image.Base(Optional.of("team/base@" + digest), Optional.empty());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A program with a dependency of its own and a resource. */
  static Map<String, byte[]> program(String greeting) {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.putAll(
        Sources.compile(
            Map.of(
                "com.bank.app.Main",
                """
                package com.bank.app;
                public class Main {
                  public static void main(String[] args) throws Exception {
                    try (var in = Main.class.getResourceAsStream("words.txt")) {
                      System.out.println("%s " + org.other.Library.join(args) + " "
                          + new String(in.readAllBytes()));
                    }
                  }
                }
                """
                    .formatted(greeting),
                "org.other.Library",
                """
                package org.other;
                public class Library {
                  public static String join(String... words) { return String.join("+", words); }
                }
                """)));
    entries.put("com/bank/app/words.txt", "from a file".getBytes(StandardCharsets.UTF_8));
    entries.put(
        "META-INF/maven/org.other/library/pom.properties",
        "groupId=org.other\nartifactId=library\nversion=1.2\n".getBytes(StandardCharsets.UTF_8));
    return entries;
  }

  static void jar(Path to, Map<String, byte[]> entries, Instant time) throws IOException {
    jar(to, entries, time, "com.bank.app.Main");
  }

  static void jar(Path to, Map<String, byte[]> entries, Instant time, String main)
      throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
    if (!main.isEmpty()) {
      manifest.getMainAttributes().put(Name.MAIN_CLASS, main);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        JarEntry e = new JarEntry(entry.getKey());
        e.setLastModifiedTime(FileTime.from(time));
        out.putNextEntry(e);
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    try (OutputStream out = Files.newOutputStream(to)) {
      bytes.writeTo(out);
    }
    Files.setLastModifiedTime(to, FileTime.from(time));
  }

  /** What the message of a failure says, with its exit code in front. */
  static String failure(Runnable work) {
    try {
      work.run();
      return "did not fail";
    } catch (dev.naru.core.NaruException e) {
      return e.code().exitCode() + ": " + e.getMessage();
    }
  }

  static List<String> names(BuiltImage image) {
    return new ArrayList<>(image.layers().stream().map(Layer::name).toList());
  }
}
