package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ApiException;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Yaml;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "score",
    header = "Scores a row, or an array of rows, by a served model.",
    footer = {
      "",
      "A row is an object of columns; a ready Open Inference Protocol V2 body is sent as it is.",
      "Prints {name, model: {name, version}, score} as one line; an array of them for an array.",
      "",
      "Example:",
      "  naru score fraud --file examples/finance/requests/fraud.json"
    })
final class ScoreCommand extends BaseCommand {
  /** A service at zero replicas holds a request while one starts. */
  private static final int HELD_MILLIS = 120_000;

  @Parameters(paramLabel = "NAME", description = "The inference, such as fraud.")
  String name = "";

  @ArgGroup(exclusive = true, multiplicity = "1")
  @Nullable Source source;

  static final class Source {
    @Option(
        names = {"-d", "--data"},
        paramLabel = "JSON",
        description = "The row or rows themselves.")
    @Nullable String data;

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "A file with the row or rows; - is stdin.")
    @Nullable Path file;
  }

  @Override
  int run() throws Exception {
    String model = name.startsWith("inference/") ? name.substring("inference/".length()) : name;
    JsonNode given = given();
    Rows rows = Rows.of(given);
    List<ObjectNode> scores = new ArrayList<>();
    Api gateway = new Api("http://127.0.0.1:" + cli().home().gatewayPort(), "");
    for (JsonNode body : rows.bodies()) {
      scores.addAll(Rows.scores(model, post(gateway, path(model), body)));
    }
    print(rows.many(), scores);
    return 0;
  }

  private String path(String model) {
    String path = "/v2/models/" + Api.encode(model) + "/infer";
    return root().project().map(p -> "/" + p + "/" + Api.encode(model) + path).orElse(path);
  }

  private JsonNode post(Api gateway, String path, JsonNode body) throws IOException {
    try {
      return gateway.post(path, body, HELD_MILLIS);
    } catch (ConnectException e) {
      ControlPlane plane = cli().controlPlane();
      if (!Submitted.onCluster(cli()) && !plane.home().used()) {
        throw CommandException.usage(
            "cannot score with " + name + ": nothing was ever started here; `naru up PATH` does");
      }
      plane.connect(); // it starts the gateway
      return retried(gateway, path, body);
    } catch (ApiException e) {
      throw refused(e);
    }
  }

  private JsonNode retried(Api gateway, String path, JsonNode body) throws IOException {
    for (int i = 0; ; i++) {
      try {
        return gateway.post(path, body, HELD_MILLIS);
      } catch (ApiException e) {
        throw refused(e);
      } catch (ConnectException e) {
        if (i >= 100) {
          throw CommandException.unreachable(
              "cannot score with "
                  + name
                  + ": no gateway answers on port "
                  + cli().home().gatewayPort()
                  + "; see `naru doctor`");
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommandException.failed("cannot score: interrupted");
      }
    }
  }

  private CommandException refused(ApiException e) {
    String said =
        e.body().path("error").asText(e.body().path("message").asText("status " + e.status()));
    int code =
        switch (e.status()) {
          case 502, 503, 504 -> CommandException.UNREACHABLE;
          case 500 -> CommandException.FAILED;
          default -> CommandException.USAGE;
        };
    String next = e.status() == 404 ? "; `naru get inference` lists what is served" : "";
    return new CommandException(code, "cannot score with " + name + ": " + said + next, e);
  }

  private JsonNode given() throws IOException {
    if (source == null) {
      throw CommandException.usage("cannot score: give --data JSON or --file FILE");
    }
    String what = source.data != null ? "--data" : String.valueOf(source.file);
    try {
      if (source.data != null) {
        return Json.read(source.data.getBytes(StandardCharsets.UTF_8));
      }
      return Json.read(
          what.equals("-") ? cli().in().readAllBytes() : Files.readAllBytes(Path.of(what)));
    } catch (NoSuchFileException e) {
      throw CommandException.usage("cannot read " + what + ": there is no such file");
    } catch (IOException e) {
      throw CommandException.usage(
          "cannot read " + what + ": expected a JSON object of columns: " + e.getMessage());
    }
  }

  private void print(boolean many, List<ObjectNode> scores) {
    JsonNode result;
    if (many) {
      ArrayNode all = Json.NODES.arrayNode();
      scores.forEach(all::add);
      result = all;
    } else {
      result = scores.getFirst();
    }
    if (root().output() == Output.YAML) {
      cli().out().print(Yaml.write(result));
    } else {
      cli().out().println(Json.line(result));
    }
  }
}
