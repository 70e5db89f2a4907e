package dev.naru.server.api;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.Store;
import dev.naru.server.json.Json;
import dev.naru.spec.Kind;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;

/** Files of volumes, as tar archives, streamed both ways. */
final class VolumeRoutes {
  private static final String FILES = "/api/v1/resources/{project}/{kind}/{name}/files";

  private final Control control;
  private final Store store;
  private final Clock clock;

  VolumeRoutes(Control control, Store store, Clock clock) {
    this.control = control;
    this.store = store;
    this.clock = clock;
  }

  List<Route> list() {
    return List.of(Route.get(FILES, this::read), Route.post(FILES, this::write));
  }

  private static String volume(Call call) {
    if (call.key().kind() != Kind.VOLUME) {
      throw new NaruException(Code.INVALID, call.key().ref() + " is no volume: it has no files");
    }
    return call.key().name();
  }

  private void read(Call call) throws IOException {
    String volume = volume(call);
    Engine engine = control.engine(call.key().project());
    Late out = new Late(call);
    try {
      engine.copyOut(call.key().project(), volume, call.query("path").orElse(""), out);
    } catch (NaruException e) {
      if (out.begun) {
        // The connection breaks, so that nobody takes what was sent for all of it.
        throw new UncheckedIOException(new IOException(e.getMessage(), e));
      }
      throw e;
    }
    out.close();
  }

  private void write(Call call) throws IOException {
    InputStream tar = call.stream();
    try {
      String volume = volume(call);
      control.engine(call.key().project()).copyIn(call.key().project(), volume, tar);
      audit(call, "accepted", "files were copied into it");
    } catch (NaruException e) {
      audit(call, "refused", String.valueOf(e.getMessage()));
      // A sender reads the answer only once all is sent.
      tar.transferTo(OutputStream.nullOutputStream());
      call.response().header(HeaderValues.CONNECTION_CLOSE);
      throw e;
    }
    call.answer(200, Json.object().put("status", "copied"));
  }

  private void audit(Call call, String outcome, String detail) {
    String target = call.key().project() + "/" + call.key().ref();
    store.audit(
        new AuditEntry(clock.instant(), ProjectRoutes.who(), "volume cp", target, outcome, detail));
  }

  /** The body of the answer, begun with its first byte: until then an error can be answered. */
  private static final class Late extends OutputStream {
    private final Call call;
    private OutputStream out = nullOutputStream();
    private boolean begun;

    Late(Call call) {
      this.call = call;
    }

    private OutputStream out() {
      if (!begun) {
        call.response().header("Content-Type", "application/x-tar");
        out = call.response().outputStream();
        begun = true;
      }
      return out;
    }

    @Override
    public void write(int b) throws IOException {
      out().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out().write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
