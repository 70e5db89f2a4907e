package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Table;
import dev.naru.image.secret.HomeSecret;
import dev.naru.image.secret.HomeSecrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "secret",
    header = "Sets, lists and removes the secrets that workloads read as files.",
    footer = {
      "",
      "set   keeps what comes from stdin, or from a file, byte for byte; replaces a value",
      "list  shows names and when they were set, of all projects or of -p; never a value",
      "rm    removes a secret; what runs keeps the file that it has",
      "",
      "A workload names it: secrets: [{name: db-password, file: password}], and reads",
      "$$NARU_SECRETS_DIR/password. Values are encrypted in $$NARU_HOME/secrets with the key",
      "keys/secrets.key of the home, and are never arguments. Replicas that start later get",
      "a changed value. On Kubernetes a Secret of the namespace takes its place: its key",
      "'value' holds the value.",
      "",
      "Examples:",
      "  naru secret set db-password -p finance --file ./password.txt",
      "  openssl rand -hex 32 | naru secret set session-key -p finance",
      "  naru secret list",
      "  naru secret rm db-password -p finance"
    })
final class SecretCommand extends BaseCommand {
  private static final List<String> ACTIONS = List.of("set", "list", "rm");

  /** What can be done with secrets. */
  static final class Actions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ACTIONS.iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      completionCandidates = Actions.class,
      description = "set, list or rm.")
  String action = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which secret, for set and rm.")
  @Nullable String name;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "What is kept, for set; by default it is read from stdin.")
  @Nullable String file;

  @Override
  int run() throws Exception {
    if (!ACTIONS.contains(action)) {
      throw CommandException.usage(
          "cannot do '" + action + "' with secrets: expected " + String.join(", ", ACTIONS));
    } else if (action.equals("list") != (name == null)) {
      throw CommandException.usage(
          action.equals("list")
              ? "cannot use '" + name + "': naru secret list takes no NAME; leave it out"
              : "cannot " + action + " a secret without its name; naru secret list shows them");
    } else if (file != null && !action.equals("set")) {
      throw CommandException.usage(
          "cannot use --file: only naru secret set takes it; leave it out");
    }
    refuseCluster();
    HomeSecrets secrets = new HomeSecrets(cli().home().folder(), cli().clock());
    switch (action) {
      case "set" -> set(secrets, String.valueOf(name));
      case "rm" -> remove(secrets, String.valueOf(name));
      default -> list(secrets);
    }
    return 0;
  }

  private void refuseCluster() {
    if (Submitted.onCluster(cli())) {
      throw CommandException.usage(
          "cannot "
              + action
              + " secrets of a cluster: on Kubernetes a Secret of the namespace holds the value"
              + " under the key 'value'; kubectl create secret generic NAME"
              + " --from-file=value=FILE");
    }
  }

  private void set(HomeSecrets secrets, String secret) throws IOException {
    String project = project();
    boolean fresh = secrets.set(project, secret, value());
    if (!table()) {
      cli()
          .print(
              Json.object().put("project", project).put("name", secret).put("new", fresh),
              root().output());
    }
    cli()
        .talk(
            fresh
                ? "set the secret " + secret + " of project " + project
                : "replaced the secret "
                    + secret
                    + " of project "
                    + project
                    + "; replicas that start from now on get the new value");
  }

  private byte[] value() throws IOException {
    if (file != null) {
      try {
        Path path = cli().cwd().resolve(file);
        if (!Files.isRegularFile(path)) {
          throw CommandException.usage("cannot read " + file + ": there is no such file");
        }
        try (InputStream in = Files.newInputStream(path)) {
          return in.readNBytes(HomeSecrets.MOST + 1);
        }
      } catch (InvalidPathException e) {
        throw CommandException.usage("cannot read '" + file + "': " + e.getReason());
      }
    }
    if (cli().terminal().in()) {
      throw CommandException.usage(
          "cannot read the value from a terminal, which would show it; give --file FILE, or pipe"
              + " it: openssl rand -hex 32 | naru secret set NAME");
    }
    return cli().in().readNBytes(HomeSecrets.MOST + 1);
  }

  private void remove(HomeSecrets secrets, String secret) {
    String project = project();
    secrets.remove(project, secret);
    if (!table()) {
      cli().print(Json.object().put("project", project).put("name", secret), root().output());
    }
    cli().talk("removed the secret " + secret + " of project " + project);
  }

  /** The project that was named, else that of the file in this folder. */
  private String project() {
    Optional<String> named = root().project();
    if (named.isPresent()) {
      return named.get();
    }
    Path here = cli().cwd().resolve("naru.yaml");
    if (!Files.isRegularFile(here)) {
      throw CommandException.usage(
          "cannot tell the project of the secret: there is no naru.yaml in this folder; give it"
              + " with -p NAME");
    }
    return ProjectFile.read(cli(), here.toString(), Optional.empty()).name();
  }

  private void list(HomeSecrets secrets) {
    List<HomeSecret> all = root().project().map(secrets::list).orElseGet(secrets::list);
    if (!table()) {
      ObjectNode said = Json.object();
      ArrayNode items = said.putArray("secrets");
      for (HomeSecret one : all) {
        items
            .addObject()
            .put("project", one.project())
            .put("name", one.name())
            .put("changed", one.changed().toString());
      }
      cli().print(said, root().output());
      return;
    }
    Table rows = new Table("PROJECT", "NAME", "CHANGED");
    all.forEach(s -> rows.row(s.project(), s.name(), s.changed().toString()));
    cli().out().print(rows.print());
    cli().out().flush();
    if (all.isEmpty()) {
      cli().talk("there is no secret yet; naru secret set NAME -p PROJECT makes one");
    }
  }
}
