package dev.naru.serving.gateway;

import static dev.naru.serving.gateway.SliceJson.endpoint;
import static dev.naru.serving.gateway.SliceJson.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.serving.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceWatchTest {
  @TempDir Path account;
  private final BlockingQueue<List<Slice>> told = new LinkedBlockingQueue<>();
  private FakeApiServer api;
  private SliceWatch watch;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(account.resolve("token"), "first\n");
    api = new FakeApiServer();
    api.put("a", slice("a", 80, endpoint("pod-1", true, false)));
    watch =
        new SliceWatch(new GatewayService.Cluster(api.address(), account, "finance"), told::add);
  }

  @AfterEach
  void stop() {
    watch.close();
    api.close();
  }

  /** What is told next: the pods, those that terminate with a minus. */
  private List<String> next() throws InterruptedException {
    List<Slice> slices = told.poll(10, TimeUnit.SECONDS);
    assertThat(slices).as("told within 10 s").isNotNull();
    List<String> pods = new ArrayList<>();
    for (Slice slice : slices) {
      slice.endpoints().forEach(e -> pods.add((e.terminating() ? "-" : "") + e.pod()));
    }
    return pods;
  }

  private void asked(String... words) throws Exception {
    Eventually.that(String.join(", ", words), () -> api.asked().equals(List.of(words)));
  }

  @Test
  void tellsWhatIsThereAndThenEveryChange() throws Exception {
    watch.start();
    assertThat(next()).containsExactly("pod-1");
    api.tell("MODIFIED", slice("a", 80, endpoint("pod-1", true, true)));
    assertThat(next()).containsExactly("-pod-1");
    api.tell("ADDED", slice("b", 80, endpoint("pod-2", false, false)));
    assertThat(next()).containsExactly("-pod-1", "pod-2");
    api.tell("DELETED", slice("a", 80));
    assertThat(next()).containsExactly("pod-2");
  }

  @Test
  void watchesOnFromWhereTheLastOneEnded() throws Exception {
    watch.start();
    api.tell("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"9\"}}");
    api.endWatch();
    asked("list first", "watch 5 first", "watch 9 first");
    assertThat(told).hasSize(1);
  }

  @Test
  void watchesOnAfterABrokenConnection() throws Exception {
    watch.start();
    api.breakWatch();
    asked("list first", "watch 5 first", "watch 5 first");
    api.tell("ADDED", slice("b", 80, endpoint("pod-2", true, false)));
    assertThat(next()).containsExactly("pod-1");
    assertThat(next()).containsExactly("pod-1", "pod-2");
  }

  @Test
  void listsAnewWhereItsVersionIsTooOld() throws Exception {
    watch.start();
    assertThat(next()).containsExactly("pod-1");
    api.put("b", slice("b", 80, endpoint("pod-2", true, false)));
    api.remove("a");
    api.tell("ERROR", "{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}");
    assertThat(next()).containsExactly("pod-2");
    asked("list first", "watch 5 first", "list first", "watch 5 first");
  }

  @Test
  void listsAnewWhereTheWatchIsRefused() throws Exception {
    watch.start();
    assertThat(next()).containsExactly("pod-1");
    asked("list first", "watch 5 first");
    api.answer(410);
    api.endWatch();
    Eventually.that("refused", () -> api.asked().contains("list first") && api.asked().size() > 3);
    assertThat(told).isEmpty();
    api.answer(200);
    assertThat(next()).containsExactly("pod-1");
  }

  @Test
  void tellsNothingWhileItCannotAsk() throws Exception {
    api.answer(403);
    watch.start();
    Eventually.that("asked three times", () -> api.asked().size() >= 3);
    assertThat(told).isEmpty();
    api.answer(200);
    assertThat(next()).containsExactly("pod-1");
  }

  @Test
  void readsTheTokenForEachRequest() throws Exception {
    watch.start();
    asked("list first", "watch 5 first");
    Files.writeString(account.resolve("token"), "second\n");
    api.endWatch();
    asked("list first", "watch 5 first", "watch 5 second");
  }

  @Test
  void leavesOutWhatIsOfNoRevision() throws Exception {
    api.put("other", "{\"metadata\":{\"name\":\"other\",\"labels\":{}},\"endpoints\":null}");
    watch.start();
    assertThat(told.poll(10, TimeUnit.SECONDS)).hasSize(1);
  }
}
