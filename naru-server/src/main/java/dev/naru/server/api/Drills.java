package dev.naru.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.state.Key;
import dev.naru.server.json.Json;
import dev.naru.spec.Inference;
import dev.naru.spec.Training;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Drills as a stream of events: {@code note}, {@code run}, and at the end {@code result}. */
final class Drills {
  private static final Pattern RANK = Pattern.compile("rank=([0-9]{1,3})");
  private static final int MOST_TIMES = 100;

  private Drills() {}

  static void answer(Call call, Control control, Live live) {
    DrillRequest request = request(live, call.body());
    Key key = live.stored().key();
    ReentrantLock sending = new ReentrantLock();
    try (EventStream out = new EventStream(call.response())) {
      try {
        List<DrillRun> runs =
            control.drill(
                key,
                request,
                text -> send(out, sending, "note", Json.object().put("text", text)),
                run -> send(out, sending, "run", write(run)),
                ProjectRoutes.who());
        send(out, sending, "result", result(runs));
      } catch (NaruException e) {
        if (!out.begun()) {
          throw e;
        }
        send(out, sending, "error", Problems.body(e));
      }
    }
  }

  /** A client that went away does not end the drill: its fault is already under way. */
  private static void send(EventStream out, ReentrantLock sending, String name, JsonNode data) {
    sending.lock();
    try {
      out.send(name, data);
    } catch (UncheckedIOException e) {
      // Nobody listens any more; the events and the audit tell how it went.
    } finally {
      sending.unlock();
    }
  }

  static DrillRequest request(Live live, JsonNode body) {
    String kill = body.path("kill").asText();
    JsonNode times = body.path("times");
    int count = times.isMissingNode() ? 1 : times.asInt(0);
    if (count < 1 || count > MOST_TIMES) {
      throw new NaruException(
          Code.INVALID,
          "expected a whole number from 1 to %d for times, found %s".formatted(MOST_TIMES, times));
    }
    String ref = live.stored().key().ref();
    return switch (live.stored().resource()) {
      case Training training -> new DrillRequest(rank(ref, training, kill), count);
      case Inference _ when kill.equals("replica") -> new DrillRequest(0, count);
      case Inference _ ->
          throw new NaruException(
              Code.INVALID,
              "cannot drill %s: expected kill replica, found '%s'".formatted(ref, kill));
      default ->
          throw new NaruException(
              Code.INVALID, "cannot drill " + ref + ": only trainings and inferences are drilled");
    };
  }

  private static int rank(String ref, Training training, String kill) {
    Matcher matcher = RANK.matcher(kill);
    int workers = training.spec().workers();
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= workers) {
      throw new NaruException(
          Code.INVALID,
          "cannot drill %s: expected kill rank=0 to rank=%d, found '%s'"
              .formatted(ref, workers - 1, kill));
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** One fault as it is, several with their median and worst. */
  static ObjectNode result(List<DrillRun> runs) {
    if (runs.size() == 1) {
      return write(runs.getFirst());
    }
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("runs");
    runs.forEach(r -> list.add(write(r)));
    List<Duration> recoveries = runs.stream().flatMap(r -> r.recovery().stream()).sorted().toList();
    if (!recoveries.isEmpty()) {
      int half = recoveries.size() / 2;
      Duration median =
          recoveries.size() % 2 == 1
              ? recoveries.get(half)
              : recoveries.get(half - 1).plus(recoveries.get(half)).dividedBy(2);
      json.put("medianRecoverySeconds", Times.seconds(median));
      json.put("worstRecoverySeconds", Times.seconds(recoveries.getLast()));
    }
    return json;
  }

  private static ObjectNode write(DrillRun run) {
    ObjectNode json =
        Json.object()
            .put("target", run.target())
            .put("fault", run.fault())
            .put("injectedAt", Times.text(run.injectedAt()));
    seconds(json, "detectedSeconds", run.detected());
    seconds(json, "recoverySeconds", run.recovery());
    seconds(json, "promisedSeconds", run.promised());
    run.kept().ifPresent(kept -> json.put("kept", kept));
    run.stepAtFault().ifPresent(step -> json.put("stepAtFault", step));
    run.resumedFromStep().ifPresent(step -> json.put("resumedFromStep", step));
    run.failedRequests().ifPresent(n -> json.put("failedRequests", n));
    return json;
  }

  private static void seconds(ObjectNode json, String name, Optional<Duration> duration) {
    duration.ifPresent(d -> json.put(name, Times.seconds(d)));
  }
}
