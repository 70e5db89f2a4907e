package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubnetsTest {
  private static final Subnets RANGE = Subnets.parse("10.213.0.0/16");

  @Test
  void takesTheFirstBlockThatTouchesNoOther() {
    List<Subnets> taken =
        List.of(
            Subnets.parse("10.213.0.0/28"),
            Subnets.parse("10.213.0.32/28"),
            Subnets.parse("192.168.0.0/16"));
    assertThat(RANGE.free(28, taken)).contains(Subnets.parse("10.213.0.16/28"));
    assertThat(RANGE.free(25, taken)).contains(Subnets.parse("10.213.0.128/25"));
  }

  @Test
  void fullRangeHasNone() {
    assertThat(Subnets.parse("10.0.0.0/28").free(28, List.of(Subnets.parse("10.0.0.0/8"))))
        .isEqualTo(Optional.empty());
    assertThat(Subnets.parse("10.0.0.0/28").free(24, List.of())).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"1, 28", "13, 28", "14, 27", "29, 27", "30, 26", "125, 25"})
  void blockHoldsItsMembers(int members, int bits) {
    assertThat(Subnets.bitsFor(members)).isEqualTo(bits);
  }

  @Test
  void countsAddresses() {
    assertThat(Subnets.parse("10.213.0.0/16").address(258)).isEqualTo("10.213.1.2");
    assertThat(RANGE).hasToString("10.213.0.0/16");
  }

  @Test
  void anAddressOfThisMachineTakesItsBlock() {
    Subnets taken = Subnets.around((Inet4Address) InetAddress.ofLiteral("10.213.0.17"), 28);
    assertThat(taken).hasToString("10.213.0.16/28");
    assertThat(RANGE.free(28, List.of(Subnets.parse("10.213.0.0/28"), taken)))
        .contains(Subnets.parse("10.213.0.32/28"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0", "10.0.0.1/28", "fd00::/64", "10.0.0.0/33"})
  void refusesWhatIsNoBlock(String text) {
    assertThatThrownBy(() -> Subnets.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
