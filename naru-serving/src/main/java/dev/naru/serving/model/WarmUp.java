package dev.naru.serving.model;

import dev.naru.serving.http.JsonText;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Runs requests through the whole path, codec and all, before the first real one: the first request
 * is not slow then.
 */
final class WarmUp {
  private static final int MOST = 3_000;

  private WarmUp() {}

  /** Returns how many requests were answered. */
  static int run(V2Api api, List<String> columns, String name, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    byte[] request = request(columns, name);
    EmbeddedChannel channel = new EmbeddedChannel();
    ModelHandler.addTo(channel.pipeline(), api, () -> false);
    int answered = 0;
    while (answered < MOST && System.nanoTime() < end) {
      channel.writeInbound(Unpooled.wrappedBuffer(request));
      for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        ReferenceCountUtil.release(out);
      }
      answered++;
    }
    channel.finishAndReleaseAll();
    return answered;
  }

  private static byte[] request(List<String> columns, String name) {
    StringBuilder body = new StringBuilder("{\"inputs\":[");
    for (int i = 0; i < columns.size(); i++) {
      JsonText.quote(body.append(i == 0 ? "{\"name\":" : ",{\"name\":"), columns.get(i))
          .append(",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[")
          .append(i % 3 == 0 ? "0.5" : i % 3 == 1 ? "12" : "null")
          .append("]}");
    }
    byte[] bytes = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: warm\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(name, bytes.length);
    return (head + new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }
}
