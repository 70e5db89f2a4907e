package dev.naru.image;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources in memory. */
final class Sources {
  private Sources() {}

  /** Class files by their path in a jar, from sources by class name. */
  static Map<String, byte[]> compile(Map<String, String> sources) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> made = new TreeMap<>();
    JavaFileManager memory =
        new ForwardingJavaFileManager<>(javac.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name), kind) {
              @Override
              public OutputStream openOutputStream() {
                return made.computeIfAbsent(
                    name.replace('.', '/') + ".class", _ -> new ByteArrayOutputStream());
              }
            };
          }
        };
    List<JavaFileObject> units =
        sources.entrySet().stream().map(e -> source(e.getKey(), e.getValue())).toList();
    if (!javac.getTask(null, memory, null, null, null, units).call()) {
      throw new IllegalArgumentException("the test's own source does not compile");
    }
    Map<String, byte[]> bytes = new TreeMap<>();
    made.forEach((name, out) -> bytes.put(name, out.toByteArray()));
    return bytes;
  }

  private static JavaFileObject source(String name, String text) {
    URI uri = URI.create("mem:///" + name.replace('.', '/') + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignore) {
        return text;
      }
    };
  }
}
