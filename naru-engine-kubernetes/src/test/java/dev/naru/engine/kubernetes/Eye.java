package dev.naru.engine.kubernetes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the contract's bench sees files through, independently of the engine: a program that it runs
 * by exec where a volume is mounted. A line each way: {@code read PATH} is answered by the contents
 * or {@code -}, {@code write PATH TEXT} and {@code wipe PATH} (what is in that folder) by {@code
 * done}. Texts are in base64 between colons.
 */
final class Eye {
  private Eye() {}

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 3);
      Path path = Path.of(decode(words[1]));
      switch (words[0]) {
        case "read" ->
            System.out.println(Files.isRegularFile(path) ? encode(Files.readString(path)) : "-");
        case "write" -> {
          Files.createDirectories(path.getParent());
          Files.writeString(path, decode(words[2]));
          System.out.println("done");
        }
        case "wipe" -> {
          wipe(path);
          System.out.println("done");
        }
        default -> System.exit(64);
      }
    }
  }

  private static void wipe(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.filter(p -> !p.equals(folder)).sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  static String encode(String text) {
    return ":" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + ":";
  }

  static String decode(String word) {
    String inner = word.substring(1, word.length() - 1);
    return new String(Base64.getDecoder().decode(inner), StandardCharsets.UTF_8);
  }
}
