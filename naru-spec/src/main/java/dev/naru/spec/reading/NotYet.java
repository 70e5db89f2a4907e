package dev.naru.spec.reading;

import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Limits;
import dev.naru.spec.Preparation;
import dev.naru.spec.Recovery;
import dev.naru.spec.Resources;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this version cannot do yet, with what to do instead: never ignored, never just unknown. */
final class NotYet {
  private static final String NOT = "is not supported by this version of Naru; ";

  private static final Map<Class<? extends Record>, Map<String, String>> KEYS =
      Map.of(
          Image.RunsOn.class,
          Map.of("node", "use java or python", "go", "use java or python"),
          Preparation.Spec.class,
          Map.of("workers", "a Preparation has shards", "schedule", schedule()),
          Training.Spec.class,
          Map.of(
              "shards",
              "a Training has workers",
              "schedule",
              schedule(),
              "queue",
              "remove it; runs start as soon as there is room",
              "priority",
              "remove it; runs start as soon as there is room"),
          Inference.Spec.class,
          Map.of(
              "rollout",
              "remove it; replicas of a new version replace the old ones one by one",
              "shadow",
              "remove it; replicas of a new version replace the old ones one by one",
              "canary",
              "remove it; replicas of a new version replace the old ones one by one"),
          Resources.class,
          Map.of(
              "gpu",
              "remove it; workloads run on processors",
              "nvidia.com/gpu",
              "remove it; workloads run on processors"),
          Limits.class,
          Map.of("memory", "remove it; resources.memory is the cap already"),
          Recovery.class,
          Map.of(
              "backoff",
              "remove it; the first retry has no delay, later ones back off",
              "strategy",
              "remove it; a gang resumes from its last checkpoint",
              "restartPolicy",
              "remove it; a gang resumes from its last checkpoint"),
          Training.Model.class,
          Map.of(
              "store", "remove it; models are kept in the home of Naru",
              "registry", "remove it; models are kept in the home of Naru"),
          Volume.Spec.class,
          Map.of(
              "reclaim", "remove it; volumes stay until 'naru down --purge'",
              "storageClass", "remove it; volumes are directories on this machine",
              "class", "remove it; volumes are directories on this machine"));

  private static final Map<String, String> KINDS =
      Map.of("Queue", "remove it; runs start as soon as there is room", "Schedule", schedule());

  private NotYet() {}

  private static String schedule() {
    return "remove it; call 'naru rerun' from a timer of the machine";
  }

  /** What to say of a key that a record of this type does not have. */
  static Optional<String> key(Class<? extends Record> type, String key) {
    return Optional.ofNullable(KEYS.getOrDefault(type, Map.of()).get(key)).map(w -> NOT + w);
  }

  /** What to say of a kind. */
  static Optional<String> kind(String kind) {
    return Optional.ofNullable(KINDS.get(kind)).map(w -> "the kind " + kind + " " + NOT + w);
  }

  /** What there is instead of keys of a record, for the reference. */
  static Map<String, String> keysInWords(Class<? extends Record> type) {
    return new TreeMap<>(KEYS.getOrDefault(type, Map.of()));
  }

  /** What there is instead of kinds, for the reference. */
  static Map<String, String> kindsInWords() {
    return new TreeMap<>(KINDS);
  }

  /** What to say of a key's value whose form belongs to a later version. */
  static Optional<String> value(Class<? extends Record> type, String key, Tree value) {
    if (type == Training.Spec.class && key.equals("workers") && value instanceof Tree.Mapping) {
      return Optional.of(
          "a range of workers (elastic training) " + NOT + "give one integer, such as 2");
    } else if (type == Input.class && key.equals("from") && value instanceof Tree.Mapping) {
      return Optional.of(
          "an input from elsewhere than a Preparation " + NOT + "give a Preparation's name");
    }
    return Optional.empty();
  }
}
