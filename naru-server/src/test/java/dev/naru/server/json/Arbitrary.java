package dev.naru.server.json;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Limits;
import dev.naru.spec.Metadata;
import dev.naru.spec.Preparation;
import dev.naru.spec.Recovery;
import dev.naru.spec.Resource;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.VolumePath;
import dev.naru.spec.Workload;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Random values of any record, always the same for the same seed. */
public final class Arbitrary {
  private static final List<String> TEXTS =
      List.of("", "fraud", "sha256:00ff", "a \"quoted\" line\nand \\ another", "나루 ⛴", "null", "0");
  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 0.1 + 0.2, 1e300, -4.9e-324, Double.NaN, Double.NEGATIVE_INFINITY);

  private final Random random;

  /** For one seed. */
  public Arbitrary(long seed) {
    random = new Random(seed);
  }

  /** A value of a record, or of one of the records of a sealed interface. */
  public <T> T of(Class<T> type) {
    return type.cast(value(type));
  }

  private Object value(Type type) {
    Class<?> raw =
        type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) type;
    if (Resource.class.isAssignableFrom(raw)) {
      return pick(resources().stream().filter(raw::isInstance).toList());
    }
    if (raw == Optional.class) {
      return random.nextBoolean() ? Optional.empty() : Optional.of(value(argument(type, 0)));
    }
    if (Map.class.isAssignableFrom(raw)) {
      Map<Object, Object> map = new TreeMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        map.put(value(argument(type, 0)), value(argument(type, 1)));
      }
      return map;
    }
    if (List.class.isAssignableFrom(raw)) {
      List<Object> list = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(value(argument(type, 0)));
      }
      return list;
    }
    if (raw.isSealed()) {
      return value(pick(Arrays.asList(raw.getPermittedSubclasses())));
    }
    return raw.isRecord() ? record(raw) : scalar(raw);
  }

  private Object record(Class<?> raw) {
    RecordComponent[] parts = raw.getRecordComponents();
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = Arrays.stream(parts).map(p -> value(p.getGenericType())).toArray();
    try {
      return raw.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(raw.toString(), e);
    }
  }

  private Object scalar(Class<?> raw) {
    if (raw == String.class) {
      return pick(TEXTS);
    }
    if (raw == int.class || raw == Integer.class) {
      return random.nextInt();
    }
    if (raw == long.class || raw == Long.class) {
      return random.nextLong();
    }
    if (raw == double.class || raw == Double.class) {
      return random.nextBoolean() ? random.nextGaussian() : pick(NUMBERS);
    }
    if (raw == boolean.class) {
      return random.nextBoolean();
    }
    if (raw == Instant.class) {
      return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
    }
    if (raw == Duration.class) {
      return Duration.ofNanos(random.nextLong());
    }
    if (raw.isEnum()) {
      return pick(Arrays.asList(raw.getEnumConstants()));
    }
    throw new AssertionError("no values of " + raw);
  }

  private <T> T pick(List<? extends T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  /** Resources must be such as the file can say, so they are given and not made up. */
  private List<Resource> resources() {
    Metadata metadata =
        new Metadata(
            pick(List.of("fraud", "a", "long-name-0")),
            random.nextBoolean() ? Optional.empty() : Optional.of("finance"),
            Map.of("team", "risk"),
            Map.of());
    Resources reserved =
        new Resources(
            new Cpu(random.nextLong(1, 4000)), Bytes.ofMebibytes(random.nextInt(1, 9000)));
    Limits limits =
        new Limits(random.nextBoolean() ? Optional.empty() : Optional.of(new Cpu(4500)));
    Recovery recovery = new Recovery(random.nextInt(1, 100), Duration.ofMillis(12_345));
    Optional<Workload.Isolation> isolation = Optional.of(Workload.Isolation.required);
    Duration grace = Duration.ofSeconds(random.nextInt(600));
    VolumePath path = new VolumePath("data", "checkpoints/fraud");
    return List.of(
        new Image(
            metadata,
            new Image.Spec(
                new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), "a.jar")),
        new Volume(metadata, new Volume.Spec(new Bytes(1_000_001), Volume.Access.ReadWriteMany)),
        new Preparation(
            metadata,
            new Preparation.Spec(
                "finance",
                List.of("prepare", "x y"),
                random.nextInt(1, 1000),
                List.of(new Input("b")),
                path,
                recovery,
                Map.of("A", "1"),
                List.of(new SecretFile("token", Optional.of("token.txt"))),
                reserved,
                limits,
                isolation,
                List.of("example.com:443"),
                List.of(),
                grace)),
        new Training(
            metadata,
            new Training.Spec(
                "finance",
                List.of("train"),
                2,
                List.of(),
                Optional.of(path),
                recovery,
                new Training.Model(Optional.of("metrics.auc >= 0.90")),
                Map.of(),
                List.of(),
                reserved,
                limits,
                Optional.empty(),
                List.of(),
                List.of(),
                grace)),
        new Inference(
            metadata,
            new Inference.Spec(
                Optional.of(new Inference.ModelRef("fraud", Optional.of(3))),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Inference.Replicas(1, Optional.of(4)),
                new Inference.Scaling(16, Optional.of(Duration.ofMillis(50)), grace.plusSeconds(1)),
                Map.of(),
                List.of(),
                reserved,
                limits,
                Optional.empty(),
                List.of(),
                List.of(),
                grace)));
  }
}
