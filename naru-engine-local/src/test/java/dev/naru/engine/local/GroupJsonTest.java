package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupJsonTest {
  private static final Location VOLUME = new Location.InVolume("p", "data", "a/b");
  private static final Location MODELS = new Location.InModels("p", "fraud/3");

  static Stream<Program> programs() {
    return Stream.of(
        new Program.OfImage(
            "sha256:ab",
            new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()),
            List.of("train", "a \"b\" \n 나루")),
        new Program.OfImage(
            "sha256:cd",
            new Image.RunsOn(Optional.empty(), Optional.of("3.11"), Optional.of("r.lock")),
            List.of()),
        new Program.ModelServer(MODELS, "sha256:ef", "fraud", 3),
        new Program.Gateway(8801, 8802));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatIsWrittenIsReadAgain(Program program) throws IOException {
    Template template =
        new Template(
            program,
            new TreeMap<>(Map.of("A", "1", "B", "")),
            List.of(new Dir("IN", VOLUME, false), new Dir("OUT", MODELS, true)),
            new Resources(new Cpu(250), Bytes.ofMebibytes(512)),
            new Limits(Optional.of(new Cpu(1500))),
            Duration.ofMillis(10_500),
            Optional.of(8080),
            4);
    Group group =
        new Group(
            new GroupId("p", Kind.TRAINING, "fraud", 3, 2),
            GroupKind.GANG,
            template,
            List.of(new Member(0, 0), new Member(3, 7)),
            List.of(
                Link.whole("training/fraud", "training/fraud", "spec.workers"),
                new Link("training/fraud", "db.example", 5432, Link.Protocol.TCP, "spec.egress")));
    GroupFile file =
        new GroupFile(group, new TreeMap<>(Map.of(new Member(3, 7), 20_001)), 20_002, true);
    assertThat(GroupJson.read(GroupJson.write(file))).isEqualTo(file);
  }

  @Test
  void whatIsNoGroupIsRefusedInWords() {
    assertThatThrownBy(() -> GroupJson.read("{\"format\": 1}"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("not a group: ");
    assertThatThrownBy(() -> GroupJson.read("{\"format\": 2}"))
        .isInstanceOf(IOException.class)
        .hasMessage("expected format 1, found 2");
    assertThatThrownBy(() -> GroupJson.read("{")).isInstanceOf(IOException.class);
  }
}
