package dev.naru.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** All commands by name, in the order of the help; made only when asked for. */
final class Commands {
  private static final Map<String, Supplier<BaseCommand>> ALL = new LinkedHashMap<>();

  /** Known words that this version does not do. */
  static final Set<String> LATER = Set.of("operator", "simulate");

  static {
    ALL.put("up", UpCommand::new);
    ALL.put("plan", PlanCommand::new);
    ALL.put("down", DownCommand::new);
    ALL.put("build", BuildCommand::new);
    ALL.put("lock", LockCommand::new);
    ALL.put("sign", SignCommand::new);
    ALL.put("verify", VerifyCommand::new);
    ALL.put("keys", KeysCommand::new);
    ALL.put("trust", TrustCommand::new);
    ALL.put("audit", AuditCommand::new);
    ALL.put("get", GetCommand::new);
    ALL.put("describe", DescribeCommand::new);
    ALL.put("logs", LogsCommand::new);
    ALL.put("why", WhyCommand::new);
    ALL.put("score", ScoreCommand::new);
    ALL.put("rerun", RerunCommand::new);
    ALL.put("scale", ScaleCommand::new);
    ALL.put("drill", DrillCommand::new);
    ALL.put("top", TopCommand::new);
    ALL.put("secret", SecretCommand::new);
    ALL.put("volume", VolumeCommand::new);
    ALL.put("render", RenderCommand::new);
    ALL.put("install", InstallCommand::new);
    ALL.put("uninstall", UninstallCommand::new);
    ALL.put("doctor", DoctorCommand::new);
    ALL.put("version", VersionCommand::new);
    ALL.put("completion", CompletionCommand::new);
  }

  private Commands() {}

  /** A new command of a known name. */
  static BaseCommand make(String name) {
    return Objects.requireNonNull(ALL.get(name), name).get();
  }

  /** The names in the order of the help. */
  static Set<String> names() {
    return Collections.unmodifiableSet(ALL.keySet());
  }
}
