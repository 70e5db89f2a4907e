package dev.naru.serving.gateway;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Encodes answers; one to HEAD has a head only, whatever its fields say. */
final class FrontEncoder extends HttpResponseEncoder {
  private boolean headOnly;

  void headOnly(boolean next) {
    headOnly = next;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return headOnly || super.isContentAlwaysEmpty(response);
  }
}
