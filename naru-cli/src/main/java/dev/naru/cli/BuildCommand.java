package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Table;
import dev.naru.core.NaruException;
import dev.naru.image.RegistryPlace;
import dev.naru.image.Watched;
import dev.naru.spec.Image;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "build",
    header = "Builds the file's images, and sends them to a registry where asked.",
    footer = {
      "",
      "Needs neither control plane nor engine; images are kept in $$NARU_HOME/images. With a",
      "naru.lock beside the file an image stands on exactly what the lock names.",
      "What is sent is signed there with the home's key; its parts (CycloneDX) and its",
      "provenance (SLSA) are attested: see naru keys and naru verify.",
      "",
      "Examples:",
      "  naru build examples/finance",
      "  naru build examples/finance --push registry.local:5000/team -o json"
    })
final class BuildCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file, a folder, or - for stdin. Default: the working directory.")
  String path = ".";

  @Option(
      names = "--push",
      paramLabel = "REGISTRY/PREFIX",
      description = "Sends each image there, as PREFIX/<image>.")
  @Nullable String push;

  @Option(
      names = "--registry",
      paramLabel = "REGISTRY",
      description =
          "Where what the lock names is looked for after the home, HOST[:PORT][/PREFIX]."
              + " Default: $$NARU_REGISTRY.")
  @Nullable String registry;

  @Option(
      names = {"-w", "--watch"},
      description = "Builds again whenever something changed, until Ctrl-C.")
  boolean watch;

  @Option(
      names = "--system",
      description =
          "Builds Naru's own images for a cluster, with --push, and prints the chart's values.")
  boolean system;

  @Override
  int run() throws Exception {
    Optional<RegistryPlace> place = Optional.ofNullable(push).map(RegistryPlace::parse);
    if (system) {
      return system(
          place.orElseThrow(() ->
              CommandException.usage(
                  "cannot build Naru's own images: say where they go by --push REGISTRY/PREFIX")));
    }
    ImageWork work = new ImageWork(cli(), Optional.ofNullable(registry));
    if (watch) {
      watch(work, place);
    }
    ProjectFile file = ProjectFile.read(cli(), path, root().project());
    print(file, work.build(file, place));
    return 0;
  }

  private int system(RegistryPlace place) {
    SystemBuild.Pushed pushed = SystemBuild.push(cli(), place);
    ObjectNode all = Json.object();
    ArrayNode images = all.putArray("images");
    pushed.all().forEach(one -> said(images, one));
    ObjectNode values = Json.object();
    values.putObject("operator").put("image", pushed.operator().ref());
    values.putObject("serving").put("image", pushed.serving().ref());
    SystemBuild.trust(cli(), values);
    all.set("values", values);
    cli().print(table() ? values : all, table() ? Output.YAML : root().output());
    return 0;
  }

  /** Never returns; a build that fails is said, and the next change is waited for. */
  private void watch(ImageWork work, Optional<RegistryPlace> place) throws InterruptedException {
    ProjectFile file = ProjectFile.read(cli(), path, root().project());
    String state = Watched.state(ImageWork.recipes(file), file.project().folder());
    List<ImageWork.Made> last = List.of();
    while (true) {
      long began = System.nanoTime();
      try {
        file = ProjectFile.read(cli(), path, root().project());
        List<ImageWork.Made> made = work.build(file, place);
        if (!made.equals(last)) {
          print(file, made);
          long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
          cli().talk("built in " + millis + " ms; waiting for changes, Ctrl-C ends");
        }
        last = made;
      } catch (NaruException | dev.naru.cli.talk.CommandException e) {
        cli().talk(String.valueOf(e.getMessage()));
      }
      state = Watched.settled(ImageWork.recipes(file), file.project().folder(), state);
    }
  }

  private static void said(ArrayNode images, ImageWork.Made made) {
    ObjectNode one = images.addObject();
    one.put("name", made.image().name());
    one.put("ref", made.ref());
    one.put("digest", made.image().digest());
    made.key().ifPresent(key -> one.put("key", key));
  }

  private void print(ProjectFile file, List<ImageWork.Made> made) {
    if (table()) {
      Table rows = new Table("IMAGE", "DIGEST", "SIZE", "REF");
      for (ImageWork.Made one : made) {
        rows.row(
            one.image().name(), one.image().digest(), Amounts.bytes(one.image().size()), one.ref());
      }
      cli().out().print(rows.print());
      cli().out().flush();
      return;
    }
    ObjectNode all = Json.object();
    ArrayNode images = all.putArray("images");
    made.forEach(one -> said(images, one));
    for (Image image : file.project().all(Image.class)) {
      image
          .spec()
          .ref()
          .ifPresent(ref ->
              images
                  .addObject()
                  .put("name", image.name())
                  .put("ref", ref)
                  .put("digest", ref.substring(ref.indexOf('@') + 1)));
    }
    cli().print(all, root().output());
  }
}
