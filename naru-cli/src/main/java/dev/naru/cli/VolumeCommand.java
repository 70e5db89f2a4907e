package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Kind;
import dev.naru.spec.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "volume",
    header = "Copies files between this machine and a volume.",
    footer = {
      "",
      "One of SOURCE and TARGET is VOLUME:PATH. Folders are copied with all that is in them;",
      "what is there already stays, files of the same name are replaced. SOURCE becomes TARGET;",
      "where TARGET ends in '/', is VOLUME: alone or a folder of this machine, it is put inside.",
      "Links below SOURCE are left out.",
      "",
      "Examples:",
      "  naru volume cp ./customers.csv data:seeds/customers.csv",
      "  naru volume cp data:transactions ./transactions"
    })
final class VolumeCommand extends BaseCommand {
  /** What can be done with a volume. */
  static final class Actions implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return List.of("cp").iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "cp",
      completionCandidates = Actions.class,
      description = "Copies.")
  String action = "";

  @Parameters(index = "1", paramLabel = "SOURCE", description = "A path, or VOLUME:PATH.")
  String source = "";

  @Parameters(index = "2", paramLabel = "TARGET", description = "VOLUME:PATH, or a path.")
  String target = "";

  /** A path in a volume. */
  private record Place(String volume, String path) {
    /** A text like {@code data:rows}; a path of this machine has no name before its colon. */
    static Optional<Place> parse(String text) {
      int colon = text.indexOf(':');
      return colon > 0 && Metadata.isName(text.substring(0, colon))
          ? Optional.of(new Place(text.substring(0, colon), text.substring(colon + 1)))
          : Optional.empty();
    }

    /** What something of that name becomes there. */
    String of(String name) {
      if (path.isEmpty() || path.endsWith("/")) {
        return path + name;
      }
      return Path.of(path).normalize().toString();
    }
  }

  @Override
  int run() throws Exception {
    if (!action.equals("cp")) {
      throw CommandException.usage(
          "cannot do '"
              + action
              + "' with a volume: expected cp, as in"
              + " `naru volume cp data:rows ./rows`");
    }
    Optional<Place> from = Place.parse(source);
    Optional<Place> to = Place.parse(target);
    if (from.isPresent() == to.isPresent()) {
      throw CommandException.usage(
          "cannot copy '%s' to '%s': expected one of them to be VOLUME:PATH, found %s; a path of"
                  .formatted(source, target, from.isPresent() ? "both" : "none")
              + " this machine with a colon is written ./NAME");
    }
    long began = System.nanoTime();
    VolumeTar tar;
    try (Steps steps = new Steps(cli(), "copying")) {
      tar = new VolumeTar(steps::step);
      if (to.isPresent()) {
        in(tar, to.get());
      } else {
        out(tar, from.orElseThrow());
      }
    }
    report(tar, Duration.ofNanos(System.nanoTime() - began));
    return 0;
  }

  private void in(VolumeTar tar, Place to) throws IOException {
    Path local = local(source);
    if (!Files.exists(local)) {
      throw CommandException.usage("cannot copy " + source + ": there is no such file or folder");
    }
    String name = String.valueOf(local.toRealPath().getFileName());
    String as = to.of(name);
    if (as.isEmpty() && !Files.isDirectory(local)) {
      as = name;
    }
    String path = as;
    OneTarget one = OneTarget.open(this, new Target(Kind.VOLUME, to.volume()));
    one.api().post(one.path() + "/files", "application/x-tar", out -> tar.pack(local, path, out));
  }

  private void out(VolumeTar tar, Place from) throws IOException {
    Path local = local(target);
    boolean inside = target.endsWith("/") || Files.isDirectory(local);
    Path parent = local.toAbsolutePath().getParent();
    Path folder = inside ? local : parent;
    if (folder == null || !Files.isDirectory(folder)) {
      throw CommandException.usage(
          "cannot copy to " + target + ": there is no folder " + folder + "; make it first");
    }
    String path = Path.of(from.path()).normalize().toString();
    String name = path.isEmpty() ? from.volume() : String.valueOf(Path.of(path).getFileName());
    OneTarget one = OneTarget.open(this, new Target(Kind.VOLUME, from.volume()));
    String query = "/files?path=" + Api.encode(from.path().isEmpty() ? "" : path);
    try (InputStream in = one.api().stream(one.path() + query)) {
      tar.unpack(in, inside ? folder.resolve(name) : local);
    }
  }

  private Path local(String text) {
    try {
      return cli().cwd().resolve(text);
    } catch (InvalidPathException e) {
      throw CommandException.usage("cannot copy '" + text + "': " + e.getReason());
    }
  }

  private void report(VolumeTar tar, Duration took) {
    if (tar.links() > 0) {
      cli()
          .talk(
              "left out: %d link%s, for links are not followed"
                  .formatted(tar.links(), tar.links() == 1 ? "" : "s"));
    }
    if (table()) {
      cli().out().println("copied " + tar.words() + " to " + target);
      return;
    }
    ObjectNode json =
        Json.object()
            .put("source", source)
            .put("target", target)
            .put("files", tar.files())
            .put("folders", tar.folders())
            .put("bytes", tar.bytes())
            .put("linksLeftOut", tar.links())
            .put("seconds", Math.round(took.toMillis() / 100.0) / 10.0);
    cli().print(json, root().output());
  }
}
