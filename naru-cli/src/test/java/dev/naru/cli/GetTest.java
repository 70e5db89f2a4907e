package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GetTest {
  @TempDir private Path home;

  @Test
  void tellsEachKindInColumnsOfItsOwn() {
    try (FakeServer server =
        new FakeServer(home).onFile("GET /api/v1/resources", "resources.json")) {
      Ran ran = Ran.of(server.env(), "get");
      assertThat(ran.code()).isZero();
      Golden.check("get.txt", ran.out());
    }
  }

  @Test
  void leavesTheProjectOutWhereItWasGiven() {
    try (FakeServer server =
        new FakeServer(home)
            .onFile("GET /api/v1/resources?project=finance&kind=training", "resources.json")) {
      assertThat(Ran.of(server.env(), "get", "trainings", "-p", "finance").out())
          .startsWith("IMAGE")
          .doesNotContain("PROJECT");
    }
  }

  @Test
  void printsAListAsJsonAndYaml() throws IOException {
    try (FakeServer server =
        new FakeServer(home).onFile("GET /api/v1/resources", "resources.json")) {
      Ran json = Ran.of(server.env(), "get", "-o", "json");
      assertThat(Json.read(json.out().getBytes(StandardCharsets.UTF_8)).path("items")).hasSize(5);
      assertThat(json.err()).isEmpty();
      Golden.check("get.yaml", Ran.of(server.env(), "-o", "yaml", "get").out());
    }
  }

  @Test
  void isAnEmptyListWhereNothingWasEverStarted() throws IOException {
    Ran ran =
        Ran.of(
            Map.of("NARU_HOME", home.resolve("none").toString(), "NARU_API_PORT", "25090"),
            "get",
            "-o",
            "json");
    assertThat(ran.code()).isZero();
    assertThat(Json.read(ran.out().getBytes(StandardCharsets.UTF_8)).path("items")).isEmpty();
    assertThat(home.resolve("none")).doesNotExist();
  }

  @Test
  void saysWhichKindsThereAre() {
    Ran ran = Ran.of(Map.of("NARU_HOME", home.toString(), "NARU_API_PORT", "25090"), "get", "pods");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "naru: cannot find the kind 'pods': expected one of image, volume, preparation,"
                + " training, inference\n");
  }

  @Test
  void findsOneByKindAndName() {
    try (FakeServer server = new FakeServer(home)) {
      server.on(
          "GET /api/v1/resources?kind=training&name=fraud",
          "{\"items\":[{\"kind\":\"Training\",\"metadata\":{\"name\":\"fraud\",\"namespace\":\"a\"},\"spec\":{},\"status\":{\"phase\":\"Pending\"}}]}");
      assertThat(Ran.of(server.env(), "get", "training/fraud").out()).contains("fraud", "Pending");
      server.on("GET /api/v1/resources?kind=training&name=none", "{\"items\":[]}");
      Ran none = Ran.of(server.env(), "get", "training/none");
      assertThat(none.code()).isEqualTo(2);
      assertThat(none.err())
          .isEqualTo(
              "naru: cannot find training/none: there is none; `naru get` lists what there is\n");
    }
  }

  @Test
  void asksWhichProjectIsMeantWhereTwoHaveOne() {
    try (FakeServer server = new FakeServer(home)) {
      server.on(
          "GET /api/v1/resources?kind=training&name=fraud",
          "{\"items\":[{\"kind\":\"Training\",\"metadata\":{\"namespace\":\"a\"}},{\"kind\":\"Training\",\"metadata\":{\"namespace\":\"b\"}}]}");
      Ran ran = Ran.of(server.env(), "why", "training/fraud");
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err()).contains("projects a, b have one; say which with -p NAME");
    }
  }
}
