package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Table;
import dev.naru.image.trust.HomeKey;
import dev.naru.image.trust.HomeKeys;
import dev.naru.image.trust.Token;
import dev.naru.image.trust.VerifyKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "keys",
    header = "Makes, lists, replaces and revokes the keys that sign the home's images.",
    footer = {
      "",
      "create  makes the first key, as naru build --push and naru sign do at need",
      "list    shows all: current (signs), old (accepted, signs no more), revoked",
      "rotate  makes a new key that signs from now on; the old one stays accepted",
      "revoke  refuses from now on whatever KEY alone has signed",
      "export  prints the public half, for cosign verify --key and for other homes",
      "",
      "KEY is the beginning of a key's identity, at least 8 digits; export without it",
      "takes the current one, and makes it where there is none. Private halves are in",
      "$$NARU_HOME/keys, for their owner only; rotate and revoke remove them. With --pkcs11 the",
      "private half is in a token, such as an HSM, and stays there (docs/trust.md).",
      "",
      "Examples:",
      "  naru keys export > naru.pub",
      "  naru keys rotate",
      "  naru keys rotate --pkcs11 hsm.cfg --alias naru --pin-file hsm.pin",
      "  naru keys revoke 1f3a9c04 --reason 'laptop lost'"
    })
final class KeysCommand extends BaseCommand {
  private static final List<String> ACTIONS =
      List.of("create", "list", "rotate", "revoke", "export");

  /** What can be done with keys. */
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
      description = "create, list, rotate, revoke or export.")
  String action = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KEY",
      description = "Which key, for revoke and export.")
  @Nullable String key;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why a key is revoked: kept with it, and shown where it refuses something.")
  @Nullable String reason;

  @Option(
      names = "--pkcs11",
      paramLabel = "CONFIG",
      description =
          "Takes the key of a token, for create and rotate: the configuration of the JDK's provider"
              + " SunPKCS11, with name, library and slot.")
  @Nullable Path config;

  @Option(
      names = "--alias",
      paramLabel = "NAME",
      description = "The key's name in the token; a certificate is under the same name.")
  @Nullable String alias;

  @Option(
      names = "--pin-file",
      paramLabel = "FILE",
      description =
          "The token's PIN, a line, in a file for its owner only; read at each use, never copied.")
  @Nullable Path pinFile;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Override
  int run() throws Exception {
    boolean named = action.equals("revoke") || action.equals("export");
    if (!ACTIONS.contains(action)) {
      throw CommandException.usage(
          "cannot do '" + action + "' with keys: expected " + String.join(", ", ACTIONS));
    } else if (key != null && !named) {
      throw CommandException.usage(
          "cannot use '" + key + "': naru keys " + action + " takes no KEY; leave it out");
    } else if (reason != null && !action.equals("revoke")) {
      throw CommandException.usage(
          "cannot use --reason: only naru keys revoke takes it; leave it out");
    } else if (yes && !action.equals("revoke") && !action.equals("rotate")) {
      throw CommandException.usage(
          "cannot use --yes: naru keys " + action + " asks nothing; leave it out");
    } else if (namesToken() && !action.equals("create") && !action.equals("rotate")) {
      throw CommandException.usage(
          "cannot use --pkcs11, --alias and --pin-file: only naru keys create and rotate take them;"
              + " leave them out");
    }
    HomeKeys keys = new HomeKeys(cli().home().folder(), cli().clock());
    switch (action) {
      case "create" -> made(keys.create(token()), "it signs what this home builds");
      case "rotate" -> rotate(keys);
      case "revoke" -> revoke(keys);
      case "export" -> export(keys);
      default -> list(keys);
    }
    return 0;
  }

  private boolean namesToken() {
    return config != null || alias != null || pinFile != null;
  }

  private Optional<Token> token() {
    if (!namesToken()) {
      return Optional.empty();
    }
    if (config == null || alias == null) {
      throw CommandException.usage(
          "cannot take the key of a token: --pkcs11 and --alias go together, with --pin-file where"
              + " the token wants a PIN; give what is missing");
    }
    return Optional.of(
        new Token(absolute(config), alias, Optional.ofNullable(pinFile).map(this::absolute)));
  }

  private Path absolute(Path file) {
    return cli().cwd().resolve(file).toAbsolutePath().normalize();
  }

  private void rotate(HomeKeys keys) throws IOException {
    Optional<HomeKey> current = keys.current();
    if (current.isPresent()) {
      VerifyKey now = current.get().key();
      Confirm.ask(
          cli(),
          yes,
          current.get().token().isPresent()
              ? "The token keeps " + now + ", which signs no more here."
              : "The private half of "
                  + now
                  + " is removed for good; what it signed stays accepted.");
    }
    made(keys.rotate(token()), "it signs from now on; give it to who verifies: naru keys export");
  }

  private void made(VerifyKey made, String so) {
    if (table()) {
      cli().out().println(made.id());
      cli().out().flush();
    } else {
      cli().print(Json.object().put("id", made.id()), root().output());
    }
    cli().talk("made " + made + "; " + so);
  }

  private void revoke(HomeKeys keys) throws IOException {
    if (key == null) {
      throw CommandException.usage(
          "cannot revoke: name the key by the first digits of its identity; naru keys list shows"
              + " them");
    }
    HomeKey found = keys.find(key);
    if (found.state() == HomeKey.State.REVOKED) {
      cli().talk("nothing to do: " + found.key() + " is revoked since " + found.revoked().get());
      return;
    }
    signed(found.key());
    Confirm.ask(
        cli(),
        yes,
        "Whatever "
            + found.key()
            + " alone has signed is refused from now on, and this cannot be taken back.");
    keys.revoke(found.key().id(), reason == null ? "" : reason);
    cli()
        .talk(
            "revoked "
                + found.key()
                + "; sign what shall stay accepted again with naru sign, and take the key from"
                + " every policy that names it");
  }

  /** What may not start again. */
  private void signed(VerifyKey key) {
    if (!cli().home().used()) {
      return;
    }
    try {
      List<String> hit = SignedWork.by(key, cli().controlPlane().connect());
      cli()
          .talk(
              hit.isEmpty()
                  ? "no workload of this home runs an image that " + key + " let pass"
                  : "will not start again, what runs goes on: " + String.join(", ", hit));
    } catch (IOException | CommandException e) {
      cli()
          .talk(
              "which workloads it hits is not known, the control plane does not answer: "
                  + e.getMessage());
    }
  }

  private void export(HomeKeys keys) {
    VerifyKey found = key == null ? keys.signing().shown() : keys.find(key).key();
    if (table()) {
      cli().out().print(found.pem());
      cli().out().flush();
    } else {
      cli()
          .print(
              Json.object().put("id", found.id()).put("publicKey", found.pem()), root().output());
    }
  }

  private void list(HomeKeys keys) {
    List<HomeKey> all = keys.list();
    if (!table()) {
      ObjectNode said = Json.object();
      var items = said.putArray("keys");
      for (HomeKey one : all) {
        ObjectNode item = items.addObject();
        item.put("id", one.key().id()).put("state", word(one));
        item.put("created", one.created().toString());
        one.revoked().ifPresent(at -> item.put("revoked", at.toString()));
        item.put("reason", one.reason());
        one.token()
            .ifPresent(t ->
                item.putObject("pkcs11")
                    .put("config", t.config().toString())
                    .put("alias", t.alias()));
      }
      cli().print(said, root().output());
      return;
    }
    Table rows = new Table("KEY", "STATE", "CREATED", "REVOKED", "REASON");
    for (HomeKey one : all) {
      rows.row(
          one.key().shortId(),
          word(one),
          one.created().toString(),
          one.revoked().map(Object::toString).orElse(""),
          one.reason());
    }
    cli().out().print(rows.print());
    cli().out().flush();
    if (all.isEmpty()) {
      cli()
          .talk(
              "this home has no key yet; naru keys create makes one, or the first naru build"
                  + " --push");
    }
  }

  private static String word(HomeKey key) {
    return key.state().name().toLowerCase(Locale.ROOT);
  }
}
