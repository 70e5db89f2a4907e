package dev.naru.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A workload that answers requests: replicas behind one address. */
public record Inference(Metadata metadata, Spec spec) implements Workload {
  @Override
  public Kind kind() {
    return Kind.INFERENCE;
  }

  /** The fields of {@code spec}: exactly one of {@code model} and {@code image}. */
  public record Spec(
      @Field(doc = "Model served by the built-in model server.") Optional<ModelRef> model,
      @Field(
              doc = "Name of the Image that replicas run, where no model is given.",
              maxLength = 40,
              refersTo = Kind.IMAGE)
          Optional<String> image,
      @Field(
              doc = "Arguments to java -jar, or to python in the source folder; only with image.",
              maxLength = 256)
          List<String> command,
      @Field(
              doc =
                  "Port that the program listens on in its container; as a plain process it gets a"
                      + " free one in NARU_PORT. Only with image.",
              min = 1,
              max = 65535)
          Optional<Integer> port,
      @Field(
              doc =
                  "Path that answers 200 when a replica is ready; without it a TCP connection is"
                      + " enough. Only with image.",
              maxLength = 512,
              pattern = "/[^\\s?#]*",
              patternWords = "a path beginning with '/'")
          Optional<String> ready,
      @Field(doc = "How many replicas.", byDefault = "{}") Replicas replicas,
      @Field(doc = "When replicas are added.", byDefault = "{}") Scaling scaling,
      @Field(
              doc =
                  "Environment of every replica, beside the contract's; names beginning with NARU_"
                      + " are refused.",
              maxLength = 256)
          Map<String, String> env,
      @Field(
              doc =
                  "Secrets that every replica finds as files of mode 0400 in NARU_SECRETS_DIR; only"
                      + " with image.",
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
      env = Map.copyOf(env);
      secrets = List.copyOf(secrets);
      egress = List.copyOf(egress);
      ingress = List.copyOf(ingress);
    }
  }

  /** Which model is served. */
  public record ModelRef(
      @Field(
              doc = "Name of the Training whose promoted model is served.",
              maxLength = 40,
              refersTo = Kind.TRAINING)
          String from,
      @Field(
              doc = "Version to serve; without it the newest promoted one.",
              min = 1,
              max = 1_000_000_000)
          Optional<Integer> version) {}

  /** How many replicas; {@code min} is at most {@code max}. */
  public record Replicas(
      @Field(
              doc = "Fewest replicas; 0 lets the Inference go to zero when idle.",
              byDefault = "1",
              min = 0,
              max = 1000)
          int min,
      @Field(doc = "Most replicas; min, or 1 where that is 0, by default.", min = 1, max = 1000)
          Optional<Integer> max) {
    /** The most replicas: as given, else {@code min}, but at least 1. */
    public int most() {
      return max.orElse(Math.max(1, min));
    }
  }

  /** When replicas are added. */
  public record Scaling(
      @Field(
              doc = "Requests at once that one replica is wanted to have.",
              byDefault = "16",
              min = 1,
              max = 100_000)
          int concurrency,
      @Field(
              doc = "Wanted 95th percentile of the time a request takes in a replica.",
              min = 1,
              max = 3_600_000)
          Optional<Duration> p95,
      @Field(
              doc = "Time without a request after which an Inference with min 0 goes to zero.",
              byDefault = "60s",
              min = 1000,
              max = 86_400_000)
          Duration idle) {}
}
