package dev.naru.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class TalkTest {
  @Test
  void controlCharactersAndReorderingAreShownAsEscapes() {
    assertThat(SafeText.line("a\u001b[2J\n\u009b\u202eb")).isEqualTo("a\\x1b[2J\\n\\x9b\\u202eb");
    assertThat(SafeText.lines("a\tb\nc\r")).isEqualTo("a\tb\nc\\r");
    assertThat(SafeText.line("naïve 나루")).isEqualTo("naïve 나루");
  }

  @ParameterizedTest
  @CsvSource({"0,0s", "119,119s", "120,2m", "200,3m20s", "600,10m", "10800,3h", "172800,2d"})
  void agesAreShort(long seconds, String age) {
    assertThat(Amounts.age(Duration.ofSeconds(seconds))).isEqualTo(age);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,0.98 KiB",
    "1048576,1.00 MiB",
    "1572864000,1.46 GiB",
    "104857600,100 MiB"
  })
  void bytesHaveThreeDigits(long bytes, String words) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"0.931234,0.9312", "0.93,0.93", "1,1", "12345.678,1.235e+04", "0,0"})
  void metricsHaveFourDigits(double value, String words) {
    assertThat(Amounts.metric(value)).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"yes\",\"b\":\"1.0\",\"c\":\"null\",\"d\":\"a: b\",\"e\":\"\",\"f\":\"-"
            + " x\",\"g\":\"x # y\",\"h\":\"a\\nb\"}",
        "{\"a\":[],\"b\":{},\"c\":[[1,2],[{\"d\":[true,null]}]],\"e\":1.50}",
        "[{\"a\":1,\"b\":[{\"c\":2}]},\"x\",3]",
        "{\"key with: colon\":1,\"true\":\"~\",\"#\":\"@at\",\"u\":\"나루\"}"
      })
  void yamlIsReadBackAsTheSame(String json) throws IOException {
    String yaml = Yaml.write(Json.read(json.getBytes(StandardCharsets.UTF_8)));
    Object back = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    Object same = new Load(LoadSettings.builder().build()).loadFromString(json);
    assertThat(back).as(yaml).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "nul"})
  void jsonIsReadStrictly(String text) {
    assertThatThrownBy(() -> Json.read(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void jsonKeepsTheDigitsOfNumbers() throws IOException {
    String text = "{\"a\":12.50,\"b\":1E+2,\"c\":12345678901234567890}";
    assertThat(Json.line(Json.read(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
  }
}
