package dev.naru.serving.gateway;

import dev.naru.serving.http.Answers;
import dev.naru.serving.http.StrictRequestDecoder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the control plane: {@code PUT /routes}, {@code GET /stats}, {@code GET
 * /metrics}. On the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the connection.
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final long MAX_WAIT_MILLIS = 60_000;

  private final DataPlane plane;
  private final Tables tables;
  private final RoutesWriter routes;
  private final byte[] authorization;
  private final long startedAtMillis;
  private @Nullable Runnable cancelWait;

  AdminHandler(
      DataPlane plane, Tables tables, RoutesWriter routes, String token, long startedAtMillis) {
    this.plane = plane;
    this.tables = tables;
    this.routes = routes;
    this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    this.startedAtMillis = startedAtMillis;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (cancelWait != null) {
      context.close(); // A second request before the first one's answer: not spoken here.
      return;
    }
    if (request.decoderResult().isFailure()) {
      send(context, false, Answers.undecodable(context.alloc(), request.decoderResult().cause()));
      return;
    }
    boolean keep = HttpUtil.isKeepAlive(request);
    String fault = StrictRequestDecoder.fault(request);
    if (fault != null) {
      send(context, false, Answers.error(context.alloc(), HttpResponseStatus.BAD_REQUEST, fault));
    } else if (!authorized(request)) {
      FullHttpResponse response =
          Answers.error(
              context.alloc(), HttpResponseStatus.UNAUTHORIZED, "the token is missing or wrong");
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      send(context, keep, response);
    } else {
      switch (request.method().name() + " " + Answers.path(request)) {
        case "PUT /routes" -> put(context, keep, ByteBufUtil.getBytes(request.content()));
        case "GET /stats" -> stats(context, keep, new QueryStringDecoder(request.uri()));
        case "GET /metrics" ->
            send(
                context,
                keep,
                Answers.text(
                    context.alloc(),
                    HttpResponseStatus.OK,
                    MetricsHandler.FORMAT,
                    MetricsText.write(plane)));
        default ->
            send(
                context,
                keep,
                Answers.error(
                    context.alloc(),
                    HttpResponseStatus.NOT_FOUND,
                    "known are PUT /routes, GET /stats and GET /metrics"));
      }
    }
  }

  private boolean authorized(FullHttpRequest request) {
    String sent = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    return sent != null
        && MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), authorization);
  }

  private void put(ChannelHandlerContext context, boolean keep, byte[] json) {
    RoutingTable table;
    try {
      table = RoutesReader.read(json);
    } catch (RoutesReader.BadRoutesException e) {
      send(
          context,
          keep,
          Answers.error(
              context.alloc(), HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
      return;
    }
    routes.replace(
        table,
        json,
        problem ->
            send(
                context,
                keep,
                problem == null
                    ? Answers.json(
                        context.alloc(),
                        HttpResponseStatus.OK,
                        "{\"version\":" + table.version() + "}\n")
                    : Answers.error(
                        context.alloc(), HttpResponseStatus.INSUFFICIENT_STORAGE, problem)));
  }

  private void stats(ChannelHandlerContext context, boolean keep, QueryStringDecoder query) {
    long wait = Math.clamp(number(query, "wait"), 0, MAX_WAIT_MILLIS);
    if (wait > 0) {
      tables.heard(); // Who only looks does not wait.
    }
    // Without "since", or with a number of an earlier life of this gateway, there is something new.
    if (wait == 0 || number(query, "since") != plane.notices().sequence()) {
      sendStats(context, keep);
      return;
    }
    Runnable answer =
        () -> {
          stopWaiting();
          sendStats(context, keep);
        };
    plane.notices().await(answer);
    Future<?> timer = plane.loop().schedule(answer, wait, TimeUnit.MILLISECONDS);
    cancelWait =
        () -> {
          plane.notices().forget(answer);
          timer.cancel(false);
        };
  }

  private void stopWaiting() {
    if (cancelWait != null) {
      cancelWait.run();
      cancelWait = null;
    }
  }

  private void sendStats(ChannelHandlerContext context, boolean keep) {
    send(
        context,
        keep,
        Answers.json(
            context.alloc(), HttpResponseStatus.OK, StatsJson.write(plane, startedAtMillis)));
  }

  /** A number of the query; -1 where it is absent or none. */
  private static long number(QueryStringDecoder query, String name) {
    List<String> values = query.parameters().getOrDefault(name, List.of());
    try {
      return values.isEmpty() ? -1 : Long.parseLong(values.getFirst());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static void send(ChannelHandlerContext context, boolean keep, FullHttpResponse response) {
    if (!keep) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    var written = context.writeAndFlush(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopWaiting();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
