package dev.naru.server.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.spec.Resource;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON objects and reads them again, by their components.
 *
 * <p>A component is a field of its name; an empty {@code Optional} is left out. Instants and
 * durations are ISO-8601 texts, enums their names, doubles that JSON cannot write the texts {@code
 * NaN}, {@code Infinity} and {@code -Infinity}. A value of a sealed interface has a field {@code
 * type} with the record's simple name. Resources of the file are written as the file writes them.
 * Reading ignores fields that it does not know, so that an older build can read what a newer one
 * added, and takes a missing list, map or Optional for empty.
 */
public final class RecordJson {
  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return Shape.of(type);
        }
      };

  private RecordJson() {}

  /**
   * Writes a record.
   *
   * @param type its class, or the sealed interface to write it as
   */
  public static <T> ObjectNode write(T value, Class<? super T> type) {
    return (ObjectNode) node(value, type);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException where it is not that; the message names the field
   */
  public static <T> T read(JsonNode node, Class<T> type) {
    return type.cast(value(node, type, type.getSimpleName()));
  }

  private static JsonNode node(Object value, Type type) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return switch (value) {
      case String s -> make.textNode(s);
      case Integer i -> make.numberNode(i);
      case Long l -> make.numberNode(l);
      case Boolean b -> make.booleanNode(b);
      case Double d -> Double.isFinite(d) ? make.numberNode(d) : make.textNode(Double.toString(d));
      case Enum<?> e -> make.textNode(e.name());
      case Instant i -> make.textNode(i.toString());
      case Duration d -> make.textNode(d.toString());
      case Resource r -> Documents.write(r);
      case Collection<?> c -> array(c, argument(type, 0));
      case Map<?, ?> m -> map(m, argument(type, 1));
      case Record r -> record(r, raw(type));
      default ->
          throw new IllegalArgumentException("no JSON for " + value.getClass() + " in " + type);
    };
  }

  private static ArrayNode array(Collection<?> values, Type of) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
    values.forEach(v -> array.add(node(v, of)));
    return array;
  }

  private static ObjectNode map(Map<?, ?> values, Type of) {
    ObjectNode object = Json.object();
    values.forEach((k, v) -> object.set(k.toString(), node(v, of)));
    return object;
  }

  private static ObjectNode record(Record value, Class<?> declared) {
    ObjectNode object = Json.object();
    if (declared.isSealed()) {
      object.put("type", value.getClass().getSimpleName());
    }
    for (Component c : SHAPES.get(value.getClass()).components) {
      Object part = c.of(value);
      if (part instanceof Optional<?> o) {
        o.ifPresent(v -> object.set(c.name, node(v, argument(c.type, 0))));
      } else {
        object.set(c.name, node(part, c.type));
      }
    }
    return object;
  }

  private static Object value(@Nullable JsonNode node, Type type, String path) {
    Class<?> raw = raw(type);
    if (node == null || node.isNull()) {
      return absent(raw, path);
    }
    if (raw == Optional.class) {
      return Optional.of(value(node, argument(type, 0), path));
    }
    if (Resource.class.isAssignableFrom(raw)) {
      return expect(raw, Documents.read(node, path), path);
    }
    if (Map.class.isAssignableFrom(raw)) {
      return map(node, type, path);
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return list(node, argument(type, 0), path);
    }
    if (raw.isSealed()) {
      return record(node, subtype(raw, node, path), path);
    }
    return raw.isRecord() ? record(node, raw, path) : scalar(node, raw, path);
  }

  private static Object absent(Class<?> raw, String path) {
    if (raw == Optional.class) {
      return Optional.empty();
    }
    if (Map.class.isAssignableFrom(raw)) {
      return new TreeMap<>();
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return List.of();
    }
    throw new IllegalArgumentException(path + ": missing");
  }

  private static Object scalar(JsonNode node, Class<?> raw, String path) {
    try {
      if (raw == String.class && node.isTextual()) {
        return node.textValue();
      }
      if (raw == int.class || raw == Integer.class) {
        return Math.toIntExact(whole(node, path));
      }
      if (raw == long.class || raw == Long.class) {
        return whole(node, path);
      }
      if ((raw == boolean.class || raw == Boolean.class) && node.isBoolean()) {
        return node.booleanValue();
      }
      if (raw == double.class || raw == Double.class) {
        return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.textValue());
      }
      if (raw == Instant.class) {
        return Instant.parse(node.textValue());
      }
      if (raw == Duration.class) {
        return Duration.parse(node.textValue());
      }
      if (raw.isEnum()) {
        return constant(raw, node.textValue());
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        path + ": expected " + raw.getSimpleName() + ", found " + node.getNodeType());
  }

  private static long whole(JsonNode node, String path) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new IllegalArgumentException(path + ": expected a whole number, found " + node);
    }
    return node.longValue();
  }

  private static Object constant(Class<?> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(c -> ((Enum<?>) c).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown word '" + name + "'"));
  }

  private static List<Object> list(JsonNode node, Type of, String path) {
    List<Object> values = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      values.add(value(element, of, path + "[" + values.size() + "]"));
    }
    return values;
  }

  private static Map<Object, Object> map(JsonNode node, Type type, String path) {
    Map<Object, Object> values = new TreeMap<>();
    boolean numbers = argument(type, 0) == Integer.class;
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      Object key = numbers ? Integer.valueOf(e.getKey()) : e.getKey();
      values.put(key, value(e.getValue(), argument(type, 1), path + "." + e.getKey()));
    }
    return values;
  }

  private static Class<?> subtype(Class<?> sealed, JsonNode node, String path) {
    String name = node.path("type").asText();
    return Arrays.stream(sealed.getPermittedSubclasses())
        .filter(c -> c.getSimpleName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(path + ".type: unknown word '" + name + "'"));
  }

  private static Object record(JsonNode node, Class<?> raw, String path) {
    Shape shape = SHAPES.get(raw);
    Object[] arguments = new Object[shape.components.size()];
    for (int i = 0; i < arguments.length; i++) {
      Component c = shape.components.get(i);
      arguments[i] = value(node.get(c.name), c.type, path + "." + c.name);
    }
    try {
      return shape.constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(path + ": " + e.getTargetException().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("records have a canonical constructor", e);
    }
  }

  private static Object expect(Class<?> raw, Object value, String path) {
    if (!raw.isInstance(value)) {
      throw new IllegalArgumentException(
          path + ": expected " + raw.getSimpleName() + ", found " + value.getClass());
    }
    return value;
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) type;
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  /** How a record is taken apart and put together. */
  private record Shape(List<Component> components, Constructor<?> constructor) {
    static Shape of(Class<?> type) {
      RecordComponent[] parts = type.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        return new Shape(Arrays.stream(parts).map(Component::of).toList(), constructor);
      } catch (NoSuchMethodException e) {
        throw new AssertionError("records have a canonical constructor", e);
      }
    }
  }

  private record Component(String name, Type type, Method accessor) {
    static Component of(RecordComponent part) {
      return new Component(part.getName(), part.getGenericType(), part.getAccessor());
    }

    Object of(Object record) {
      try {
        return accessor.invoke(record);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("accessors of public records can be called", e);
      }
    }
  }
}
