package dev.naru.serving.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Collects the body of one request after the other, within the limits. On the loop. */
final class RequestBody {
  enum Outcome {
    TAKEN,
    TOO_LARGE,
    NO_ROOM
  }

  private final DataPlane plane;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  RequestBody(DataPlane plane) {
    this.plane = plane;
  }

  int size() {
    return bytes.readableBytes();
  }

  /** Adds a part; where it cannot, all is dropped. */
  Outcome add(HttpContent part, ByteBufAllocator allocator) {
    int more = part.content().readableBytes();
    if (more == 0) {
      return Outcome.TAKEN;
    }
    if (size() + more > DataPlane.MAX_BODY) {
      drop();
      return Outcome.TOO_LARGE;
    }
    if (!plane.buffer(more)) {
      drop();
      return Outcome.NO_ROOM;
    }
    if (bytes.capacity() == 0 && part instanceof LastHttpContent) {
      bytes = part.content().retain();
      return Outcome.TAKEN;
    }
    if (bytes.capacity() == 0) {
      bytes = allocator.buffer(Math.max(more, 1024));
    }
    // Copied, because a body in a million tiny chunks must not become a million buffers.
    bytes.writeBytes(part.content());
    return Outcome.TAKEN;
  }

  /** Gives the body away; whoever gets it releases it and calls {@link DataPlane#unbuffer}. */
  ByteBuf give() {
    ByteBuf whole = bytes;
    bytes = Unpooled.EMPTY_BUFFER;
    return whole;
  }

  void drop() {
    plane.unbuffer(size());
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
