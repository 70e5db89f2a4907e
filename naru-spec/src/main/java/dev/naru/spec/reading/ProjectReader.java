package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads projects strictly: whatever is wrong with them is collected and reported at once, never
 * thrown, and nothing that a file says is ignored.
 */
public final class ProjectReader {
  private static final int MOST_FILES = 100;
  private static final String STDIN = "stdin";

  private ProjectReader() {}

  /**
   * Reads a file, or the {@code *.yaml} and {@code *.yml} files of a folder in the order of their
   * names, without hidden files and folders in it.
   */
  public static Reading readPath(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    boolean isFolder = Files.isDirectory(absolute);
    List<Problem> unreadable = new ArrayList<>();
    List<SourceText> sources = new ArrayList<>();
    for (Path file : isFolder ? yamlFiles(path, unreadable) : List.of(path)) {
      load(file, sources, unreadable);
    }
    Path folder = isFolder ? absolute : Optional.ofNullable(absolute.getParent()).orElse(absolute);
    return read(sources, unreadable, folder, pathName(absolute, isFolder));
  }

  /** Reads standard input; relative paths in it begin from {@code folder}. */
  public static Reading readStdin(InputStream in, Path folder) {
    List<Problem> unreadable = new ArrayList<>();
    List<SourceText> sources = new ArrayList<>();
    try {
      sources.add(SourceText.of(STDIN, in.readNBytes(YamlTrees.MOST_BYTES + 1)));
    } catch (IOException _) {
      unreadable.add(new Problem(STDIN, 0, 0, "", "cannot be read to its end"));
    }
    return read(sources, unreadable, folder.toAbsolutePath().normalize(), Optional.empty());
  }

  /** Reads texts that somebody else has fetched; relative paths in them begin from a folder. */
  public static Reading read(List<SourceText> sources, Path folder) {
    return read(sources, List.of(), folder.toAbsolutePath().normalize(), Optional.empty());
  }

  /**
   * Reads a project from JSON objects, as a client sends them; a status in them is passed over.
   * Problems name the n-th object {@code items[n]}.
   */
  public static Reading readJson(List<? extends JsonNode> objects, Path folder) {
    List<Facts> documents = new ArrayList<>();
    List<Sink> sinks = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      Sink sink = new Sink("items[" + i + "]");
      sinks.add(sink);
      documents.add(DocumentReader.read(JsonTrees.of(objects.get(i)), sink, true));
    }
    ProjectRules.check(documents, true);
    return conclude(
        documents, all(List.of(), sinks), folder.toAbsolutePath().normalize(), Optional.empty());
  }

  /** Decodes one object by itself, as a store or a cluster keeps it; its status is passed over. */
  public static Decoding fromJson(JsonNode object) {
    Sink sink = new Sink("");
    Facts facts = DocumentReader.read(JsonTrees.of(object), sink, true);
    return facts
        .resource()
        .<Decoding>map(Decoding.Decoded::new)
        .orElseGet(() -> new Decoding.Undecodable(sink.problems()));
  }

  /**
   * The one JSON form of a resource: every default filled in, what is empty left out, keys sorted,
   * amounts and durations as the file writes them. {@link #fromJson} makes an equal resource of it.
   */
  public static ObjectNode toJson(Resource resource) {
    return JsonForm.of(resource);
  }

  /** The JSON Schema (draft 2020-12) of one document, as UTF-8; the caller closes it. */
  public static InputStream schema() {
    return Objects.requireNonNull(
        ProjectReader.class.getResourceAsStream("/dev/naru/spec/naru.schema.json"),
        "the schema is part of the jar");
  }

  private static Optional<String> pathName(Path absolute, boolean isFolder) {
    return Optional.ofNullable(absolute.getFileName())
        .map(Path::toString)
        .map(n -> isFolder ? n : n.replaceFirst("(?<=.)\\.(yaml|yml)$", ""));
  }

  private static List<Path> yamlFiles(Path folder, List<Problem> unreadable) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(ProjectReader::isYaml).sorted().toList();
      if (found.isEmpty()) {
        unreadable.add(
            wholeFile(folder, "has no *.yaml file; expected at least one, such as naru.yaml"));
      } else if (found.size() > MOST_FILES) {
        unreadable.add(
            wholeFile(folder, "has " + found.size() + " *.yaml files, expected at most 100"));
        return List.of();
      }
      return found;
    } catch (IOException _) {
      unreadable.add(wholeFile(folder, "cannot be listed; check its permissions"));
      return List.of();
    }
  }

  private static boolean isYaml(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml"))
        && !Files.isDirectory(file);
  }

  private static void load(Path file, List<SourceText> sources, List<Problem> unreadable) {
    if (!Files.exists(file)) {
      unreadable.add(wholeFile(file, "there is no such file or folder"));
    } else if (!Files.isRegularFile(file)) {
      unreadable.add(wholeFile(file, "is not a regular file; give a YAML file or a folder"));
    } else {
      try (InputStream in = Files.newInputStream(file)) {
        sources.add(SourceText.of(file.toString(), in.readNBytes(YamlTrees.MOST_BYTES + 1)));
      } catch (IOException _) {
        unreadable.add(wholeFile(file, "cannot be read; check its permissions"));
      }
    }
  }

  private static Problem wholeFile(Path file, String message) {
    return new Problem(file.toString(), 0, 0, "", message);
  }

  private static Reading read(
      List<SourceText> sources, List<Problem> unreadable, Path folder, Optional<String> pathName) {
    List<Facts> documents = new ArrayList<>();
    List<Sink> sinks = new ArrayList<>();
    boolean complete = unreadable.isEmpty();
    for (SourceText source : sources) {
      Sink sink = new Sink(source.name());
      sinks.add(sink);
      YamlTrees.Documents read = YamlTrees.read(source, sink);
      complete &= read.complete();
      read.documents().forEach(tree -> documents.add(DocumentReader.read(tree, sink, false)));
    }
    ProjectRules.check(documents, complete);
    return conclude(documents, all(unreadable, sinks), folder, pathName);
  }

  private static List<Problem> all(List<Problem> first, List<Sink> sinks) {
    List<Problem> problems = new ArrayList<>(first);
    sinks.forEach(s -> problems.addAll(s.problems()));
    return problems;
  }

  private static Reading conclude(
      List<Facts> documents, List<Problem> problems, Path folder, Optional<String> pathName) {
    if (!problems.isEmpty()) {
      return new Reading.Refused(problems);
    }
    if (documents.isEmpty()) {
      return new Reading.Refused(
          List.of(new Problem("", 0, 0, "", "is empty: expected at least one resource")));
    }
    List<Resource> resources = new ArrayList<>();
    Map<String, Project.Origin> origins = new LinkedHashMap<>();
    Optional<String> namespace = Optional.empty();
    for (Facts document : documents) {
      Resource resource = document.resource().orElseThrow();
      resources.add(resource);
      origins.put(resource.ref(), document.origin());
      namespace = namespace.or(() -> resource.metadata().namespace());
    }
    return new Reading.Read(new Project(resources, origins, folder, namespace, pathName));
  }
}
