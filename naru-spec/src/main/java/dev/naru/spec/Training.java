package dev.naru.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A workload that makes a model: a gang of ranks that start all together or not at all. */
public record Training(Metadata metadata, Spec spec) implements Workload {
  @Override
  public Kind kind() {
    return Kind.TRAINING;
  }

  /** The fields of {@code spec}. */
  public record Spec(
      @Field(doc = "Name of the Image that replicas run.", maxLength = 40, refersTo = Kind.IMAGE)
          String image,
      @Field(
              doc = "Arguments to java -jar, or to python in the source folder.",
              minLength = 1,
              maxLength = 256,
              example = "[train, fraud]")
          List<String> command,
      @Field(doc = "Ranks of the gang.", byDefault = "1", min = 1, max = 1000) int workers,
      @Field(doc = "Preparations whose outputs the ranks read.", maxLength = 64) List<Input> inputs,
      @Field(doc = "Where checkpoints go; without it a failed attempt starts from nothing.")
          Optional<VolumePath> checkpoints,
      @Field(doc = "How a run is healed.", byDefault = "{}") Recovery recovery,
      @Field(doc = "What becomes of the model.", byDefault = "{}") Model model,
      @Field(
              doc =
                  "Environment of every replica, beside the contract's; names beginning with NARU_"
                      + " are refused.",
              maxLength = 256)
          Map<String, String> env,
      @Field(
              doc = "Secrets that every replica finds as files of mode 0400 in NARU_SECRETS_DIR.",
              maxLength = 32)
          List<SecretFile> secrets,
      @Field(doc = "What one replica reserves.", byDefault = "{}") Resources resources,
      @Field(doc = "What one replica may use at most.", byDefault = "{}") Limits limits,
      @Field(doc = "required: undeclared connections must be impossible, or the file is refused.")
          Optional<Isolation> isolation,
      @Field(
              doc =
                  "Declared connections of this workload, each host:port (TCP) or host:port/udp;"
                      + " NAME-infer is the Inference NAME of the project.",
              maxLength = 64,
              pattern = HOST_PORT,
              patternWords = "host:port, such as db.bank.example:5432",
              example = "[db.bank.example:5432]")
          List<String> egress,
      @Field(
              doc =
                  "Addresses outside that may call this workload, each with the port of the"
                      + " workload that they may call.",
              maxLength = 64,
              pattern = HOST_PORT,
              patternWords = "host:port, such as db.bank.example:5432",
              example = "[10.0.0.7:443]")
          List<String> ingress,
      @Field(
              doc = "Time from SIGTERM to SIGKILL when a replica is asked to stop.",
              byDefault = "10s",
              min = 0,
              max = 600_000)
          Duration grace)
      implements Common {
    /** Copies the collections. */
    public Spec {
      command = List.copyOf(command);
      inputs = List.copyOf(inputs);
      env = Map.copyOf(env);
      secrets = List.copyOf(secrets);
      egress = List.copyOf(egress);
      ingress = List.copyOf(ingress);
    }
  }

  /** What becomes of a run's model. */
  public record Model(
      @Field(
              doc =
                  "Rule on the model's metrics, comparisons joined by &&; a model that meets it is"
                      + " promoted. No rule: every model is.",
              example = "\"metrics.auc >= 0.90\"")
          Optional<String> promoteWhen) {}
}
