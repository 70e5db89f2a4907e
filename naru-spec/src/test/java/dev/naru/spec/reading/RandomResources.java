package dev.naru.spec.reading;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Field;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Valid resources of any kind, by chance: each key within what its annotation allows. */
final class RandomResources {
  private static final String LETTERS = "abzAZ09 _-.:/{}[]#&*!|>'\"%@`,?\n\täé漢😀\\$~";

  private final Random random;

  RandomResources(long seed) {
    random = new Random(seed);
  }

  Resource resource(Kind kind) {
    Metadata metadata = record(Metadata.class);
    return DocumentReader.resource(metadata, record(DocumentReader.specOf(kind)));
  }

  private <R extends Record> R record(Class<R> type) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Key key : Key.of(type)) {
      values.put(key.name(), value(key));
    }
    if (type == Image.RunsOn.class) {
      boolean java = random.nextBoolean();
      values.put(java ? "python" : "java", Optional.empty());
      values.put(java ? "java" : "python", Optional.of(java ? 25 : "3.11"));
      values.computeIfPresent("requirements", (_, r) -> java ? Optional.empty() : r);
    } else if (type == Image.Spec.class) {
      recipeOrRef(values);
    } else if (type == Image.Base.class) {
      boolean ref = random.nextBoolean();
      values.put("ref", ref ? Optional.of("team/base@sha256:" + "a".repeat(64)) : Optional.empty());
      values.put("packages", ref ? Optional.empty() : Optional.of("debian"));
    } else if (type == Inference.Spec.class) {
      modelOrImage(values);
    } else if (type == Inference.Replicas.class) {
      values.put("max", Optional.of(1000));
    } else if (type == Limits.class) {
      values.put("cpu", Optional.empty());
    } else if (type == Training.Model.class) {
      values.put(
          "promoteWhen",
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of("metrics.a >= " + random.nextInt(9)));
    }
    return Binder.construct(type, values);
  }

  private void recipeOrRef(Map<String, Object> values) {
    if (random.nextBoolean()) {
      values.put("runtime", Optional.of(record(Image.RunsOn.class)));
      values.put("source", Optional.of("folder/file"));
      values.put("ref", Optional.empty());
    } else {
      values.put("ref", Optional.of("registry:5000/team/name@sha256:" + "b".repeat(64)));
      for (String key : List.of("runtime", "source", "base", "build")) {
        values.put(key, Optional.empty());
      }
    }
  }

  private void modelOrImage(Map<String, Object> values) {
    if (random.nextBoolean()) {
      values.put("model", Optional.of(record(Inference.ModelRef.class)));
      values.put("image", Optional.empty());
      values.put("command", List.of());
      values.put("port", Optional.empty());
      values.put("ready", Optional.empty());
      values.put("secrets", List.of());
    } else {
      values.put("model", Optional.empty());
      values.put("image", Optional.of("some"));
      values.put("port", Optional.of(8080));
    }
  }

  private Object value(Key key) {
    return switch (key.shape()) {
      case ONE -> one(key, false);
      case OPTIONAL -> random.nextBoolean() ? Optional.empty() : Optional.of(one(key, false));
      case LIST -> {
        List<Object> list = new ArrayList<>();
        for (int i = key.field().minLength() + random.nextInt(3); i > 0; i--) {
          list.add(one(key, true));
        }
        yield list;
      }
      case MAP -> {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.put("K_" + random.nextInt(100), text());
        }
        yield map;
      }
    };
  }

  private Object one(Key key, boolean entry) {
    if (key.record().isPresent()) {
      return record(key.record().get());
    }
    Class<?> type = key.type();
    Field field = key.field();
    if (type == String.class) {
      return text(key, entry);
    } else if (type == int.class || type == Integer.class) {
      return (int) number(field);
    } else if (type == Cpu.class) {
      return new Cpu(number(field));
    } else if (type == Bytes.class) {
      return new Bytes(number(field));
    } else if (type == Duration.class) {
      return Duration.ofMillis(number(field));
    }
    return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
  }

  private long number(Field field) {
    return switch (random.nextInt(4)) {
      case 0 -> field.min();
      case 1 -> field.max();
      default -> random.nextLong(field.min(), field.max() + 1);
    };
  }

  private String text(Key key, boolean entry) {
    return switch (key.name()) {
      case "source", "requirements" -> "folder/file " + random.nextInt(100);
      case "path" -> "a/b-" + random.nextInt(100);
      case "ready" -> "/ready/" + random.nextInt(100);
      case "egress", "ingress" -> "host-" + random.nextInt(100) + ".example:" + number();
      case "python" -> "3.11";
      case "ref" -> "team/base@sha256:" + "a".repeat(64);
      case "packages" -> "debian";
      case "command" -> text();
      default -> {
        if (entry) {
          throw new IllegalStateException("no texts for the list " + key.name());
        }
        yield "a" + Integer.toString(random.nextInt(1 << 20), 36);
      }
    };
  }

  private int number() {
    return 1 + random.nextInt(65535);
  }

  private String text() {
    int[] points = LETTERS.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
