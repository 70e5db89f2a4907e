package dev.naru.serving.gateway;

import dev.naru.serving.http.Answers;
import dev.naru.serving.http.StrictRequestDecoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: reads a request whole, lets it be answered, then reads the next. What a
 * pipelining client sends meanwhile waits, so answers keep the order of the requests. On the loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which is seen below.
final class FrontHandler extends ChannelInboundHandlerAdapter {
  private enum State {
    HEAD,
    BODY,
    BUSY,
    CLOSING
  }

  private final DataPlane plane;
  private final Channel channel;
  private final FrontEncoder encoder;
  private final String peer;
  private final Deque<Object> waiting = new ArrayDeque<>(0);
  private State state = State.HEAD;
  private long since = System.nanoTime();
  private @Nullable HttpRequest request;
  private final RequestBody body;
  private @Nullable Exchange exchange;
  private String requestId = "";
  private boolean keepAlive;
  private boolean takingWaiting;
  private long unwritableSince;

  FrontHandler(DataPlane plane, Channel channel, FrontEncoder encoder, String peer) {
    this.plane = plane;
    this.body = new RequestBody(plane);
    this.channel = channel;
    this.encoder = encoder;
    this.peer = peer;
  }

  @Override
  public void channelRead(ChannelHandlerContext ignored, Object message) {
    if (state == State.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (state == State.BUSY || !waiting.isEmpty()) {
      waiting.add(message);
      channel.config().setAutoRead(false);
    } else {
      handle(message);
    }
  }

  private void handle(Object message) {
    if (message instanceof HttpRequest head) {
      begin(head);
    }
    if (message instanceof HttpContent content) {
      try {
        if (state == State.BODY) {
          take(content);
        }
      } finally {
        content.release();
      }
    }
  }

  private void begin(HttpRequest head) {
    request = head;
    since = System.nanoTime();
    requestId = "";
    if (head.decoderResult().isFailure()) {
      keepAlive = false;
      respond(Answers.undecodable(channel.alloc(), head.decoderResult().cause()));
      return;
    }
    keepAlive = HttpUtil.isKeepAlive(head) && !plane.draining();
    encoder.headOnly(head.method().equals(HttpMethod.HEAD));
    String fault = StrictRequestDecoder.fault(head);
    String unsupported = HeaderRules.unsupported(head.method(), head.headers());
    if (fault != null || unsupported != null) {
      keepAlive = false;
      error(
          fault != null ? HttpResponseStatus.BAD_REQUEST : HttpResponseStatus.NOT_IMPLEMENTED,
          fault != null ? fault : String.valueOf(unsupported));
      return;
    }
    if (HttpUtil.getContentLength(head, 0L) > DataPlane.MAX_BODY) {
      tooLarge();
      return;
    }
    state = State.BODY;
    if (HttpUtil.is100ContinueExpected(head)) {
      channel.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void tooLarge() {
    keepAlive = false;
    error(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body is larger than "
            + DataPlane.MAX_BODY
            + " bytes, which is what the gateway keeps for a retry");
  }

  private void take(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      body.drop();
      keepAlive = false;
      respond(Answers.undecodable(channel.alloc(), content.decoderResult().cause()));
      return;
    }
    switch (body.add(content, channel.alloc())) {
      case TOO_LARGE -> tooLarge();
      case NO_ROOM -> {
        keepAlive = false;
        unavailable("too many request bodies are under way");
      }
      case TAKEN -> {
        if (content instanceof LastHttpContent) {
          complete();
        }
      }
    }
  }

  private void complete() {
    HttpRequest head = request;
    if (head == null) {
      return;
    }
    state = State.BUSY;
    DataPlane.Match match = plane.match(head.uri());
    if (match == null) {
      body.drop();
      plane.answerItself(this, head);
      return;
    }
    requestId = HeaderRules.request(head.headers(), head.method(), body.size(), peer);
    Exchange.Parts parts =
        new Exchange.Parts(
            head.method(),
            match.target(),
            head.headers(),
            body.give(),
            match.repeatable(head.method()));
    exchange = new Exchange(this, match.service(), plane, parts);
    exchange.dispatch();
  }

  /** The head of a replica's answer. */
  void head(HttpResponse answer, HttpMethod asked) {
    boolean http11 = request != null && request.protocolVersion().minorVersion() == 1;
    keepAlive &= HeaderRules.response(answer, asked, http11);
    HttpResponse out =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.headers());
    finishHead(out);
    channel.write(out);
  }

  private void finishHead(HttpResponse out) {
    keepAlive &= !plane.draining();
    if (!keepAlive) {
      out.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request != null && request.protocolVersion().minorVersion() == 0) {
      out.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    if (!requestId.isEmpty()) {
      out.headers().set(HeaderRules.REQUEST_ID, requestId);
    }
  }

  void content(HttpContent content) {
    channel.write(content);
  }

  void flush() {
    channel.flush();
  }

  /** The replica's answer is whole. */
  void end() {
    channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    next();
  }

  /**
   * The replica's answer broke after its head: the client can only learn that by the connection's
   * end.
   */
  void abort() {
    exchange = null;
    state = State.CLOSING;
    channel.close();
  }

  void error(HttpResponseStatus status, String text) {
    respond(Answers.error(channel.alloc(), status, text));
  }

  void unavailable(String text) {
    FullHttpResponse response =
        Answers.error(channel.alloc(), HttpResponseStatus.SERVICE_UNAVAILABLE, text);
    response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
    respond(response);
  }

  /** Sends an answer of the gateway's own. */
  void respond(FullHttpResponse response) {
    finishHead(response);
    channel.write(response);
    next();
  }

  private void next() {
    exchange = null;
    request = null;
    since = System.nanoTime();
    channel.flush();
    if (!keepAlive) {
      close();
      return;
    }
    state = State.HEAD;
    takeWaiting();
  }

  /**
   * Goes on with what came meanwhile; a request answered at once returns here, so it must not go
   * deeper.
   */
  private void takeWaiting() {
    if (takingWaiting) {
      return;
    }
    takingWaiting = true;
    while (state != State.BUSY && state != State.CLOSING && !waiting.isEmpty()) {
      handle(waiting.remove());
    }
    takingWaiting = false;
    if (waiting.isEmpty() && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /**
   * Says that nothing more comes, and reads on for a second, so that the client reads the answer
   * before a reset.
   */
  private void close() {
    state = State.CLOSING;
    dropWaiting();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          if (channel instanceof SocketChannel socket && socket.isActive()) {
            socket.config().setAutoRead(true);
            socket.shutdownOutput();
            plane.loop().schedule(() -> channel.close(), 1, TimeUnit.SECONDS);
          } else {
            channel.close();
          }
        });
  }

  private void dropWaiting() {
    for (Object message = waiting.poll(); message != null; message = waiting.poll()) {
      ReferenceCountUtil.release(message);
    }
  }

  boolean writable() {
    return channel.isWritable();
  }

  /**
   * Closes it if its client keeps it waiting: without a request, in the middle of one, or not
   * reading the answer.
   */
  void checkTime(long idleBefore, long slowBefore) {
    boolean overdue =
        switch (state) {
          case HEAD -> since - idleBefore < 0;
          case BODY -> since - slowBefore < 0;
          case BUSY, CLOSING -> unwritableSince != 0 && unwritableSince - slowBefore < 0;
        };
    if (overdue && state == State.BODY) {
      body.drop();
      keepAlive = false;
      error(HttpResponseStatus.REQUEST_TIMEOUT, "the request did not arrive whole in time");
    } else if (overdue) {
      channel.close();
    }
  }

  /**
   * Lets a request that is under way end. Without one it closes after a second: a request may be on
   * the wire already.
   */
  void drain() {
    keepAlive = false;
    if (state == State.HEAD) {
      plane.loop().schedule(this::closeIdle, 1, TimeUnit.SECONDS);
    }
  }

  private void closeIdle() {
    if (state == State.HEAD) {
      channel.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ignored) {
    unwritableSince = writable() ? 0 : System.nanoTime();
    if (exchange != null) {
      exchange.clientWritable(writable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ignored) {
    plane.left(this);
    state = State.CLOSING;
    dropWaiting();
    body.drop();
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.cancel();
    }
  }

  void checkReplica(long silentBefore) {
    if (exchange != null) {
      exchange.checkSilence(silentBefore);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
    channel.close();
  }
}
