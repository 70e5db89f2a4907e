package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.chart.Chart;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.image.BuiltImage;
import dev.naru.image.Provenance;
import dev.naru.image.RegistryPlace;
import dev.naru.image.SystemImages;
import dev.naru.image.trust.VerifyKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Builds Naru's own images and sends them to a registry. */
final class SystemBuild {
  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");

  private SystemBuild() {}

  /**
   * Both images in a registry.
   *
   * @param operator reference by digest
   * @param serving reference by digest
   */
  record Pushed(ImageWork.Made operator, ImageWork.Made serving) {
    List<ImageWork.Made> all() {
      return List.of(operator, serving);
    }
  }

  /**
   * Has a cluster trust what this home signs, where the chart's values do not say whom; the home's
   * key, which signed Naru's own images, is made where there is none. The operator is let reach the
   * registries of both.
   *
   * @param cli with the registries that are spoken to without TLS
   */
  static void trust(Cli cli, ObjectNode values) {
    ObjectNode trust = values.withObject("/trust");
    if (trust.path("keys").isEmpty()) {
      VerifyKey key = new Signing(cli, Set.of()).key().shown();
      trust.putArray("keys").add(key.pem());
      cli.talk(
          "what "
              + key
              + " of this home has signed may start in the cluster; a TrustPolicy says otherwise");
    }
    if (trust.path("plainHttp").isEmpty()) {
      ArrayNode hosts = trust.putArray("plainHttp");
      ImageWork.plainHttp(cli).stream().sorted().forEach(hosts::add);
    }
    reach(values);
  }

  /** Has the operator reach the registries that the values name. */
  private static void reach(ObjectNode values) {
    ObjectNode policy = values.withObject("/networkPolicy");
    if (!policy.path("ports").isArray()) {
      policy.set("ports", Chart.values().at("/networkPolicy/ports"));
    }
    ArrayNode ports = policy.withArray("ports");
    Stream.concat(
            Stream.of(values.at("/operator/image").asText().replaceFirst("/.*", "")),
            values.at("/trust/plainHttp").valueStream().map(JsonNode::asText))
        .flatMap(host -> port(host).stream())
        .sorted()
        .filter(port -> ports.valueStream().noneMatch(has -> is(has, port)))
        .map(port -> Json.object().put("port", port).put("protocol", "TCP"))
        .forEach(ports::add);
  }

  /** Numbers of a file may be of another type than ours. */
  private static boolean is(JsonNode has, int port) {
    return has.path("port").asInt() == port && has.path("protocol").asText("TCP").equals("TCP");
  }

  private static Optional<Integer> port(String host) {
    return PORT.matcher(host).results().map(m -> Integer.valueOf(m.group(1))).findFirst();
  }

  /** Builds and sends them; what is there already is not sent again. */
  static Pushed push(Cli cli, RegistryPlace place) {
    if (cli.dist().isEmpty()) {
      throw CommandException.failed(
          "cannot build Naru's own images: this command was not started by the launcher ./naru");
    }
    ImageWork work = new ImageWork(cli, java.util.Optional.empty());
    Path dist = Path.of(cli.dist());
    try (Steps steps = new Steps(cli, "Naru's own images")) {
      Instant began = cli.clock().instant();
      SystemImages.Both both = work.system().both(dist, steps);
      return new Pushed(
          pushed(work, both.operator(), began, place, steps),
          pushed(work, both.serving(), began, place, steps));
    }
  }

  private static ImageWork.Made pushed(
      ImageWork work, BuiltImage built, Instant began, RegistryPlace place, Steps steps) {
    return work.push(built, Provenance.ofSystem(built), began, place, steps);
  }
}
