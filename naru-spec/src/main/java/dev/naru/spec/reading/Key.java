package dev.naru.spec.reading;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One key of a mapping in the file, as a record's component declares it.
 *
 * @param name the key
 * @param shape how many values it has
 * @param type the type of one value
 * @param field what is demanded of a value
 * @param accessor reads the component
 */
record Key(String name, Shape shape, Class<?> type, Field field, Method accessor) {
  /** How many values a key has. */
  enum Shape {
    ONE,
    OPTIONAL,
    LIST,
    MAP
  }

  private static final ClassValue<List<Key>> KEYS =
      new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Key::of).toList();
        }
      };

  /** The keys of a mapping that becomes {@code type}, in its order. */
  static List<Key> of(Class<? extends Record> type) {
    return KEYS.get(type);
  }

  private static Key of(RecordComponent component) {
    Field field =
        Objects.requireNonNull(
            component.getAnnotation(Field.class), () -> component + " has no @Field");
    if (component.getGenericType() instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Class<?> last = (Class<?>) arguments[arguments.length - 1];
      return new Key(
          component.getName(), shape(component.getType()), last, field, component.getAccessor());
    }
    return new Key(
        component.getName(), Shape.ONE, component.getType(), field, component.getAccessor());
  }

  private static Shape shape(Class<?> type) {
    if (type == Optional.class) {
      return Shape.OPTIONAL;
    } else if (type == List.class) {
      return Shape.LIST;
    } else if (type == Map.class) {
      return Shape.MAP;
    }
    throw new IllegalArgumentException("a file has no " + type);
  }

  /** Whether a file must have it. */
  boolean isRequired() {
    return switch (shape) {
      case ONE -> field.byDefault().isEmpty();
      case LIST -> field.minLength() > 0;
      case OPTIONAL, MAP -> false;
    };
  }

  /** The value in a record. */
  Object in(Record record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + name + " of " + record, e);
    }
  }

  /** The record that a value is, where it is a mapping. */
  Optional<Class<? extends Record>> record() {
    return isMapping(type) ? Optional.of(type.asSubclass(Record.class)) : Optional.empty();
  }

  /** Whether values of a type are mappings in the file: records, but for quantities. */
  static boolean isMapping(Class<?> type) {
    return type.isRecord() && type != Cpu.class && type != Bytes.class;
  }
}
