package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Descriptor;
import dev.naru.image.Json;
import dev.naru.image.trust.Evidence.Place;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-02T10:00:00.5Z"), ZoneOffset.UTC);
  private static final String BOM = "https://cyclonedx.org/bom";

  private final SignKey key = SignKey.generate();
  private FakeRegistry registry = new FakeRegistry(false);

  @AfterEach
  void stop() {
    registry.close();
  }

  private void start(boolean lists) {
    registry.close();
    registry = new FakeRegistry(lists);
  }

  private Signer signer(SignKey with) {
    return new Signer(registry.client(), with, CLOCK);
  }

  private Verdict verdict(ImageRef ref, SignKey... trusted) {
    KeySet keys = new KeySet(List.of(trusted).stream().map(SignKey::shown).toList(), List.of());
    return new Verifier(registry.client(), Verifier.LIMIT, CLOCK).verify(ref, keys, Set.of(BOM));
  }

  private static JsonNode bom(String name) {
    ObjectNode bom = Json.MAPPER.createObjectNode();
    return bom.put("bomFormat", "CycloneDX").put("name", name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void signsInBothPlacesOnce(boolean lists) {
    start(lists);
    ImageRef image = registry.image("team/app", "latest", "a");

    List<Signer.Signed> first =
        signer(key).sign(ImageRef.parse(registry.host() + "/team/app:latest"));
    Map<String, byte[]> after = new TreeMap<>(registry.manifests);

    assertThat(first)
        .containsExactly(new Signer.Signed(image, Set.of(Place.SIG_TAG, Place.BUNDLE)));
    assertThat(signer(key).sign(image)).containsExactly(new Signer.Signed(image, Set.of()));
    assertThat(registry.manifests).containsExactlyInAnyOrderEntriesOf(after);
    Verdict verdict = verdict(image, key);
    assertThat(verdict.signer()).contains(key.shown());
    assertThat(verdict.state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.GOOD);
    assertThat(verdict.state(Place.BUNDLE)).isEqualTo(Verdict.PlaceState.GOOD);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheSignaturesOfOthers(boolean lists) {
    start(lists);
    ImageRef image = registry.image("app", "", "a");
    SignKey other = SignKey.generate();
    signer(other).sign(image);
    assertThat(signer(key).sign(image).getFirst().added()).hasSize(2);

    for (SignKey one : List.of(key, other)) {
      Verdict verdict = verdict(image, one);
      assertThat(verdict.signer()).contains(one.shown());
      assertThat(verdict.state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.GOOD);
      assertThat(verdict.state(Place.BUNDLE)).isEqualTo(Verdict.PlaceState.GOOD);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void attestsOnceAndAgainOnlyWhatIsDifferent(boolean lists) {
    start(lists);
    ImageRef image = registry.image("app", "", "a");
    Signer signer = signer(key);
    signer.sign(image);

    assertThat(signer.attest(image, BOM, bom("a"), b -> b)).isTrue();
    assertThat(signer.attest(image, BOM, bom("a"), b -> b)).isFalse();
    assertThat(signer.attest(image, BOM, bom("b"), b -> b)).isTrue();
    assertThat(verdict(image, key).attestations()).hasSize(2);
    assertThat(verdict(image, key).refusal()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void signsAnIndexAndEachOfItsImages(boolean lists) {
    start(lists);
    ImageRef one = registry.image("app", "", "one");
    ImageRef two = registry.image("app", "", "two");
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", Descriptor.INDEX);
    for (ImageRef ref : List.of(one, two)) {
      index
          .withArray("manifests")
          .addObject()
          .put("mediaType", Descriptor.MANIFEST)
          .put("digest", ref.digest().orElseThrow())
          .put("size", 1);
    }
    String digest = registry.manifest("app", "all", Json.bytes(index));

    assertThat(signer(key).sign(ImageRef.parse(registry.host() + "/app:all")))
        .extracting(s -> s.ref().digest().orElseThrow())
        .containsExactly(digest, one.digest().orElseThrow(), two.digest().orElseThrow());
    assertThat(verdict(two, key).signer()).contains(key.shown());
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk", "{}", "{\"layers\":[]}"})
  void signsWhereTheTagHoldsJunk(String junk) {
    ImageRef image = registry.image("app", "", "a");
    String tag = image.digest().orElseThrow().replace(':', '-') + ".sig";
    registry.manifests.put("app/" + tag, junk.getBytes(StandardCharsets.UTF_8));
    registry.fault(
        tag,
        exchange -> {
          if (exchange.getRequestMethod().equals("PUT")) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            registry.manifests.put("app/" + tag, body);
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
          } else {
            FakeRegistry.says(
                    200,
                    Descriptor.MANIFEST,
                    registry.manifests.getOrDefault("app/" + tag, new byte[0]))
                .handle(exchange);
          }
        });

    assertThat(signer(key).sign(image).getFirst().added()).hasSize(2);
    assertThat(verdict(image, key).state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.GOOD);
  }
}
