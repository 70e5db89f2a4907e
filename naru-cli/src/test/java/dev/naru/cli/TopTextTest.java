package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopTextTest {
  private static final String TOP =
      """
      {"at":"2026-11-02T10:00:00.000Z","nodes":[{"name":"local","cpuMillis":2000,"memoryBytes":4294967296,"classes":{
        "prepare":{"reserved":{"cpuMillis":250,"memoryBytes":536870912},"used":{"cpuMillis":100,"memoryBytes":104857600}},
        "train":{"reserved":{"cpuMillis":1000,"memoryBytes":2147483648},"used":{"cpuMillis":900,"memoryBytes":524288000}},
        "infer":{"reserved":{"cpuMillis":500,"memoryBytes":536870912},"used":{"cpuMillis":20,"memoryBytes":209715200}},
        "naru":{"used":{"cpuMillis":10,"memoryBytes":157286400}},
        "other":{"used":{"cpuMillis":300,"memoryBytes":1073741824}},
        "free":{"reserved":{"cpuMillis":250,"memoryBytes":1073741824},"used":{"cpuMillis":670,"memoryBytes":2225078272}}}}],
       "workloads":[{"ref":"training/fraud","project":"finance","class":"train","replicas":2,
        "reserved":{"cpuMillis":1000,"memoryBytes":2147483648},"used":{"cpuMillis":900,"memoryBytes":524288000}}]}\
      """;

  private static String text(int width) throws IOException {
    return TopText.of(
        Json.read(TOP.getBytes(StandardCharsets.UTF_8)), width, Terminal.none(Map.of()));
  }

  @Test
  void drawsReservedAndUsedOfCpuAndMemory() throws IOException {
    Golden.check("top.txt", text(80));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 120, 200})
  void fitsTheTerminal(int width) throws IOException {
    assertThat(text(width).lines()).allMatch(line -> line.length() < width);
  }

  @Test
  void saysWhereNodesAreNotKnown() throws IOException {
    String top = "{\"nodes\":[],\"total\":{},\"workloads\":[]}";

    assertThat(
            TopText.of(
                Json.read(top.getBytes(StandardCharsets.UTF_8)), 80, Terminal.none(Map.of())))
        .isEqualTo("no node may be looked at\n");
  }

  @Test
  void cellsAddUpToTheBar() {
    for (int room : new int[] {10, 33, 100}) {
      assertThat(IntStream.of(TopText.cells(new long[] {250, 1000, 500, 0, 0, 251}, room)).sum())
          .isEqualTo(room);
      assertThat(IntStream.of(TopText.cells(new long[] {0, 0, 0}, room)).sum()).isEqualTo(room);
    }
    assertThat(TopText.cells(new long[] {1, 1, 2}, 8)).containsExactly(2, 2, 4);
  }
}
