package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.Json;
import dev.naru.image.Lock;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lock",
    header = "Writes naru.lock: exactly what the file's images stand on.",
    footer = {
      "",
      "Adds what is new and keeps the rest; keep naru.lock in version control.",
      "",
      "Examples:",
      "  naru lock examples/finance",
      "  naru lock examples/finance --update"
    })
final class LockCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file or a folder. Default: the working directory.")
  String path = ".";

  @Option(
      names = {"-u", "--update"},
      description = "Takes everything as this host has it now.")
  boolean update;

  @Option(
      names = "--registry",
      paramLabel = "REGISTRY",
      description =
          "Where bases without a registry in their name are, HOST[:PORT][/PREFIX]. Default:"
              + " $$NARU_REGISTRY.")
  @Nullable String registry;

  @Override
  int run() throws Exception {
    ProjectFile file = ProjectFile.read(cli(), path, root().project());
    Path folder = file.project().folder();
    Optional<Lock> before = update ? Optional.empty() : Lock.read(folder);
    Lock lock = new ImageWork(cli(), Optional.ofNullable(registry)).lock(file, before);
    boolean changed = !Optional.of(lock).equals(before);
    if (changed) {
      lock.write(folder);
    }
    if (!table()) {
      ObjectNode said = Json.object();
      said.put("file", folder.resolve(Lock.FILE).toString()).put("changed", changed);
      lock.images().keySet().forEach(said.putArray("images")::add);
      cli().print(said, root().output());
    }
    cli()
        .talk(
            (changed ? "wrote " : "nothing to do: ")
                + Lock.FILE
                + (changed ? ", which names " : " names ")
                + (lock.images().isEmpty()
                    ? "no image: the file has none to build"
                    : String.join(", ", lock.images().keySet())));
    return 0;
  }
}
