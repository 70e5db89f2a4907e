package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Image;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageFormsTest {
  private static final String DIGEST = "@sha256:" + "0a".repeat(32);

  private static Image.Spec spec(String spec) {
    Reading reading =
        ProjectReaderTest.read(
            "{apiVersion: naru.dev/v1alpha1, kind: Image, metadata: {name: i}, spec: "
                + spec
                + "}");
    assertThat(reading).isInstanceOf(Reading.Read.class);
    return ((Reading.Read) reading).project().all(Image.class).getFirst().spec();
  }

  @Test
  void takesAnImageOfARegistryByDigest() {
    Image.Spec spec = spec("{ref: \"registry.local:5000/team/finance" + DIGEST + "\"}");

    assertThat(spec.ref()).contains("registry.local:5000/team/finance" + DIGEST);
    assertThat(spec.runtime()).isEmpty();
    assertThat(spec.runsOn())
        .isEqualTo(new Image.RunsOn(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void takesABaseByDigestWithOrWithoutARegistry() {
    for (String ref : List.of("jre" + DIGEST, "team/jre" + DIGEST, "localhost:5000/jre" + DIGEST)) {
      assertThat(spec("{runtime: {java: 25}, source: a.jar, base: {ref: \"" + ref + "\"}}").base())
          .contains(new Image.Base(Optional.of(ref), Optional.empty()));
    }
  }

  @Test
  void takesPackagesAndTheProjectsOwnBuild() {
    Image.Spec spec =
        spec(
            "{runtime: {java: 25}, source: a.jar, base: {packages: debian},"
                + " build: {command: [mvn, -q, package]}}");

    assertThat(spec.base()).contains(new Image.Base(Optional.empty(), Optional.of("debian")));
    assertThat(spec.build()).contains(new Image.Build(List.of("mvn", "-q", "package")));
  }
}
