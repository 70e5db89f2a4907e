package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.image.trust.HomeTrust;
import dev.naru.image.trust.TrustRules;
import dev.naru.image.trust.VerifyKey;
import dev.naru.spec.Metadata;
import dev.naru.spec.TrustPolicy;
import dev.naru.spec.reading.TrustPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "trust",
    header = "Shows and sets whose images this home starts.",
    footer = {
      "",
      "show   prints the policy that counts, as a document of kind TrustPolicy",
      "set    makes the document in FILE the policy of this home",
      "clear  goes back to what counts without one: what this home's own keys have signed",
      "",
      "It is about images that a file names by ref:, wherever they are; what a recipe makes on"
          + " this",
      "machine is the home's own. It counts from the next start on, what runs goes on. On a"
          + " cluster",
      "a TrustPolicy is an object of the cluster, which its administrators apply by kubectl.",
      "",
      "Examples:",
      "  naru trust show > trust.yaml",
      "  naru trust set trust.yaml"
    })
final class TrustCommand extends BaseCommand {
  private static final List<String> ACTIONS = List.of("show", "set", "clear");
  private static final int MOST_BYTES = 1 << 20;

  /** What can be done with the policy. */
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
      description = "show, set or clear.")
  String action = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The document, for set.")
  @Nullable Path file;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Override
  int run() throws Exception {
    if (!ACTIONS.contains(action)) {
      throw CommandException.usage(
          "cannot do '" + action + "' with trust: expected " + String.join(", ", ACTIONS));
    } else if ((file != null) != action.equals("set")) {
      throw CommandException.usage(
          "cannot " + action + ": naru trust set takes a FILE, show and clear take none");
    }
    HomeTrust trust = new HomeTrust(cli().home().folder(), cli().clock());
    switch (action) {
      case "set" -> set(trust, Objects.requireNonNull(file));
      case "clear" -> clear(trust);
      default -> show(trust);
    }
    return 0;
  }

  private void set(HomeTrust trust, Path from) throws IOException {
    Path path = cli().cwd().resolve(from);
    if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
      throw CommandException.usage(
          "cannot read " + from + ": expected a file of at most 1 MiB with a TrustPolicy");
    }
    Confirm.ask(cli(), yes, "This changes whose images this home starts, from the next start on.");
    TrustPolicy policy = trust.set(from.toString(), Files.readAllBytes(path));
    cli()
        .talk(
            "policy '%s' counts from the next start on: %d %s"
                .formatted(
                    policy.metadata().name(),
                    policy.spec().rules().size(),
                    policy.spec().rules().size() == 1 ? "rule" : "rules"));
  }

  private void clear(HomeTrust trust) throws IOException {
    if (trust.policy().isEmpty()) {
      cli().talk("nothing to do: this home has no policy; its own keys count");
      return;
    }
    Confirm.ask(
        cli(), yes, "What this home's own keys have signed is all that it starts from then on.");
    trust.clear();
    cli().talk("this home's own keys count from the next start on");
  }

  private void show(HomeTrust trust) {
    ObjectNode document =
        TrustPolicies.toJson(trust.policy().orElseGet(() -> byDefault(trust.rules())));
    cli().print(document, table() ? Output.YAML : root().output());
  }

  /** What counts without a policy, as the document that would say so. */
  private static TrustPolicy byDefault(TrustRules rules) {
    TrustRules.Rule rule = rules.rules().getFirst();
    return new TrustPolicy(
        new Metadata(rules.name(), Optional.empty(), Map.of(), Map.of()),
        new TrustPolicy.Spec(
            List.of(
                new TrustPolicy.Rule(
                    rule.repositories(),
                    rule.keys().stream().map(VerifyKey::pem).toList(),
                    List.of())),
            List.of(),
            List.of(),
            rules.revoked().stream().map(VerifyKey::id).toList()));
  }
}
