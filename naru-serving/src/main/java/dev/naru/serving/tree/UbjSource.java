package dev.naru.serving.tree;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The UBJSON form of a model document (Universal Binary JSON, draft 12): big-endian, arrays with a
 * count and, where all elements have one type, that type. Counted objects, which XGBoost does not
 * write, are refused.
 */
final class UbjSource implements ModelSource {
  /**
   * An array being read: elements left (negative: until the end mark) and their common type, or 0.
   */
  private static final class OpenArray {
    long left;
    final int type;

    OpenArray(long left, int type) {
      this.left = left;
      this.type = type;
    }
  }

  private final DataInputStream in;
  private final long size;
  private long at;
  private final Deque<OpenArray> arrays = new ArrayDeque<>();
  private final Deque<Set<String>> keys = new ArrayDeque<>();
  private int depth;

  /**
   * The type mark of the next value when it was read already or is implied by its array; 0 when
   * not.
   */
  private int mark;

  /**
   * @param size bytes that {@code in} holds; no count in the file may exceed it
   */
  UbjSource(InputStream in, long size) {
    this.in = new DataInputStream(in);
    this.size = size;
  }

  @Override
  public void beginObject() throws IOException {
    expect(type(), '{', "an object");
    deeper();
    keys.push(new HashSet<>());
  }

  @Override
  public @Nullable String nextKey() throws IOException {
    int next = type();
    if (next == '}') {
      depth--;
      keys.pop();
      return null;
    }
    String key = text(integer(next));
    if (!keys.element().add(key)) {
      throw damaged("the key '" + key + "' stands twice in one object");
    }
    return key;
  }

  @Override
  public void beginArray() throws IOException {
    expect(type(), '[', "an array");
    deeper();
    arrays.push(openArray());
  }

  private OpenArray openArray() throws IOException {
    int next = type();
    int common = 0;
    if (next == '$') {
      common = octet();
      next = octet();
      if (next != '#') {
        throw damaged("an array has a type but no count");
      }
    }
    if (next != '#') {
      mark = next;
      return new OpenArray(-1, 0);
    }
    long count = integer(octet());
    int least = common == 0 ? 1 : Math.max(1, width(common));
    if (count < 0 || count > (size - at) / least) {
      throw damaged("an array claims " + count + " elements, more than the file holds");
    }
    return new OpenArray(count, common);
  }

  @Override
  public boolean nextElement() throws IOException {
    OpenArray array = arrays.element();
    if (array.left < 0) {
      mark = type();
      if (mark != ']') {
        return true;
      }
      mark = 0;
    } else if (array.left > 0) {
      array.left--;
      mark = array.type;
      return true;
    }
    arrays.pop();
    depth--;
    return false;
  }

  @Override
  public String string() throws IOException {
    expect(type(), 'S', "a string");
    return text(integer(octet()));
  }

  @Override
  public int[] ints(int max) throws IOException {
    beginArray();
    OpenArray array = arrays.element();
    int[] out = new int[counted(array, max)];
    for (int i = 0; i < out.length; i++) {
      nextElement();
      long value = integer(type());
      if (value != (int) value) {
        throw damaged("the whole number " + value + " does not fit in 32 bits");
      }
      out[i] = (int) value;
    }
    nextElement();
    return out;
  }

  @Override
  public float[] floats(int max) throws IOException {
    beginArray();
    OpenArray array = arrays.element();
    float[] out = new float[counted(array, max)];
    for (int i = 0; i < out.length; i++) {
      nextElement();
      int type = type();
      out[i] =
          switch (type) {
            case 'd' -> Float.intBitsToFloat(int32());
            case 'D' -> (float) Double.longBitsToDouble(int64());
            default -> (float) integer(type);
          };
    }
    nextElement();
    return out;
  }

  private int counted(OpenArray array, int max) throws ModelFormatException {
    if (array.left < 0) {
      throw damaged("an array of numbers has no count");
    }
    if (array.left > max) {
      throw new ModelFormatException("an array has more than " + max + " elements");
    }
    return (int) array.left;
  }

  @Override
  public void skip() throws IOException {
    int type = type();
    switch (type) {
      case '{' -> {
        mark = type;
        beginObject();
        while (nextKey() != null) {
          skip();
        }
      }
      case '[' -> {
        mark = type;
        beginArray();
        OpenArray array = arrays.element();
        if (array.type != 0 && array.type != '{' && array.type != '[' && array.type != 'S') {
          skipBytes(array.left * width(array.type));
          array.left = 0;
        }
        while (nextElement()) {
          skip();
        }
      }
      case 'S' -> text(integer(octet()));
      default -> skipBytes(width(type));
    }
  }

  @Override
  public void end() throws IOException {
    if (at != size) {
      throw damaged((size - at) + " bytes follow the model");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The type mark of the next value. */
  private int type() throws IOException {
    int type = mark;
    mark = 0;
    while (type == 0 || type == 'N') {
      type = octet();
    }
    return type;
  }

  private long integer(int type) throws IOException {
    return switch (type) {
      case 'i' -> (byte) octet();
      case 'U' -> octet();
      case 'I' -> (short) (octet() << 8 | octet());
      case 'l' -> int32();
      case 'L' -> int64();
      case 'T' -> 1;
      case 'F' -> 0;
      default -> throw damaged("expected a whole number, found type mark " + printable(type));
    };
  }

  /** Bytes of a value of a fixed size; the least bytes of any other. */
  private int width(int type) throws ModelFormatException {
    return switch (type) {
      case 'Z', 'T', 'F' -> 0;
      case 'i', 'U', 'C' -> 1;
      case 'I' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      case 'S', '[', '{' -> 1;
      default -> throw damaged("unknown type mark " + printable(type));
    };
  }

  private String text(long length) throws IOException {
    if (length < 0 || length > ModelLimits.STRING_BYTES) {
      throw damaged(
          "a string of " + length + " bytes; at most " + ModelLimits.STRING_BYTES + " are read");
    }
    byte[] bytes = new byte[(int) length];
    try {
      in.readFully(bytes);
    } catch (EOFException e) {
      throw early(e);
    }
    at += length;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int octet() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw early(null);
    }
    at++;
    return value;
  }

  private int int32() throws IOException {
    return octet() << 24 | octet() << 16 | octet() << 8 | octet();
  }

  private long int64() throws IOException {
    return ((long) int32() << 32) | (int32() & 0xFFFF_FFFFL);
  }

  private void skipBytes(long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw early(e);
    }
    at += count;
  }

  private void deeper() throws ModelFormatException {
    if (++depth > ModelLimits.DEPTH) {
      throw damaged("more than " + ModelLimits.DEPTH + " levels inside each other");
    }
  }

  private void expect(int found, int wanted, String words) throws ModelFormatException {
    if (found != wanted) {
      throw damaged("expected " + words + ", found type mark " + printable(found));
    }
  }

  private static String printable(int type) {
    return type > ' ' && type < 127 ? "'" + (char) type + "'" : "0x%02x".formatted(type);
  }

  private ModelFormatException damaged(String what) {
    return new ModelFormatException("not valid UBJSON near byte " + at + ": " + what);
  }

  private ModelFormatException early(@Nullable Exception cause) {
    ModelFormatException e =
        new ModelFormatException("the UBJSON ends early, after " + at + " bytes");
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }
}
