package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest {
  private static final String A = "a".repeat(64);

  @TempDir Path temp;

  private byte[] sbom() throws IOException {
    Path jar = temp.resolve("app.jar");
    Projects.jar(jar, Projects.program("x"), Instant.EPOCH);
    LockedImage base =
        new LockedImage(
            "python 3.11",
            LockedImage.PACKAGES,
            Optional.empty(),
            List.of(),
            List.of(new DebPackage("libstdc++6", "1:12.2.0-14+deb12u1", "amd64", A)),
            Optional.of(new Jdk("Eclipse Adoptium", "25.0.3+9-LTS", A)),
            Optional.empty(),
            List.of(Wheel.of("typing_extensions-4.9.0-py3-none-any.whl", A)));
    return Sbom.of("app", "sha256:" + "0123456789abcdef".repeat(4), base, List.of(jar), false);
  }

  @Test
  void isValidByAnotherValidator() throws IOException {
    assertThat(new JsonParser().validate(sbom(), Version.VERSION_16)).isEmpty();
  }

  @Test
  void namesPackagesJdkRequirementsAndLibraries() throws IOException {
    JsonNode root = Json.MAPPER.readTree(sbom());

    assertThat(root.path("components").findValuesAsText("purl"))
        .containsExactly(
            "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2.0-14%2Bdeb12u1?arch=amd64",
            "pkg:generic/jdk@25.0.3%2B9-LTS",
            "pkg:maven/org.other/library@1.2",
            "pkg:pypi/typing-extensions@4.9.0");
    assertThat(root.path("serialNumber").asText())
        .isEqualTo("urn:uuid:01234567-89ab-8def-a123-456789abcdef");
    assertThat(sbom()).isEqualTo(sbom());
  }
}
