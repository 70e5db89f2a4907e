package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scale",
    header = "Sets how many replicas an inference has at least and at most.",
    footer = {
      "",
      "--replicas sets the minimum; above the maximum it is refused.",
      "",
      "Example:",
      "  naru scale inference/fraud --replicas 2"
    })
final class ScaleCommand extends BaseCommand {
  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The inference, such as inference/fraud.")
  String target = "";

  @Option(names = "--replicas", paramLabel = "N", description = "The same as --min.")
  @Nullable Integer replicas;

  @Option(names = "--min", paramLabel = "N", description = "Least replicas, from 0.")
  @Nullable Integer min;

  @Option(names = "--max", paramLabel = "N", description = "Most replicas, from 1.")
  @Nullable Integer max;

  @Override
  int run() throws Exception {
    Target wanted = Target.parse(target).only("scale", Kind.INFERENCE);
    ObjectNode body = body();
    OneTarget one = OneTarget.open(this, wanted);
    JsonNode object = one.api().post(one.path() + "/scale", body);
    if (!table()) {
      cli().print(object, root().output());
      return 0;
    }
    JsonNode range = object.path("spec").path("replicas");
    cli()
        .out()
        .println(
            wanted.ref()
                + " "
                + range.path("min").asLong()
                + ".."
                + range.path("max").asLong()
                + " replicas");
    return 0;
  }

  private ObjectNode body() {
    if (replicas == null && min == null && max == null) {
      throw CommandException.usage(
          "cannot scale: say to how many, with --replicas N or --min N --max N");
    }
    if (replicas != null && (min != null || max != null)) {
      throw CommandException.usage(
          "cannot scale: --replicas is --min; give either it or --min and --max");
    }
    ObjectNode body = Json.object();
    put(body, "replicas", replicas, 0);
    put(body, "min", min, 0);
    put(body, "max", max, 1);
    if (min != null && max != null && min > max) {
      throw CommandException.usage("cannot scale: --min " + min + " is above --max " + max);
    }
    return body;
  }

  private static void put(ObjectNode body, String name, @Nullable Integer number, int least) {
    if (number == null) {
      return;
    }
    if (number < least) {
      throw CommandException.usage("cannot scale: --" + name + " " + number + " is below " + least);
    }
    body.put(name, number);
  }
}
