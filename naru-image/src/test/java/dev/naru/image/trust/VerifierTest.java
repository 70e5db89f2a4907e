package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.naru.core.NaruException;
import dev.naru.image.Descriptor;
import dev.naru.image.Hashes;
import dev.naru.image.Json;
import dev.naru.image.trust.Evidence.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must be refused, and what may be broken beside a good signature. */
class VerifierTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-02T10:00:00Z"), ZoneOffset.UTC);
  private static final String BOM = "https://cyclonedx.org/bom";

  private final SignKey key = SignKey.generate();
  private final SignKey other = SignKey.generate();
  private final KeySet trusted = new KeySet(List.of(key.shown()), List.of());
  private final FakeRegistry registry = new FakeRegistry(false);
  private ImageRef image = ImageRef.parse("localhost/none:none");

  @BeforeEach
  void push() {
    image = registry.image("team/app", "latest", "a");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void sign(SignKey with, ImageRef ref) {
    new Signer(registry.client(), with, CLOCK).sign(ref);
  }

  private Verdict verdict(String... wanted) {
    return new Verifier(registry.client(), Verifier.LIMIT, CLOCK)
        .verify(image, trusted, Set.of(wanted));
  }

  /** How it ends: {@code accepted}, or the exit code and the message. */
  private String outcome(Duration limit, String... wanted) {
    try {
      return new Verifier(registry.client(), limit, CLOCK)
          .verify(image, trusted, Set.of(wanted))
          .refusal()
          .map(r -> "3: " + r)
          .orElse("accepted");
    } catch (NaruException e) {
      return e.code().exitCode() + ": " + e.getMessage();
    }
  }

  private String outcome(String... wanted) {
    return outcome(Verifier.LIMIT, wanted);
  }

  private String hex() {
    return image.digest().orElseThrow().substring("sha256:".length());
  }

  private String sigTag() {
    return "team/app/sha256-" + hex() + ".sig";
  }

  private String indexTag() {
    return "team/app/sha256-" + hex();
  }

  @Test
  void saysWhatItAcceptedByDigestWithKeyAndTime() {
    sign(key, image);

    Verdict verdict = verdict();

    assertThat(verdict.refusal()).isEmpty();
    assertThat(verdict.ref()).isEqualTo(image);
    assertThat(verdict.signer()).contains(key.shown());
    assertThat(verdict.at()).isEqualTo(CLOCK.instant());
  }

  @Test
  void refusesAnUnsignedImage() {
    assertThat(outcome())
        .isEqualTo(
            "3: cannot accept "
                + image
                + ": expected a signature of "
                + key.shown()
                + ", found none; have it signed by naru sign "
                + image
                + ", or trust its signer's key by --key FILE");
  }

  @Test
  void refusesWithoutAnyKey() {
    sign(key, image);

    assertThat(
            new Verifier(registry.client(), Verifier.LIMIT, CLOCK)
                .verify(image, new KeySet(List.of(), List.of(key.shown())), Set.of())
                .refusal())
        .hasValueSatisfying(r -> assertThat(r).contains("no key is trusted here"));
  }

  @Test
  void refusesAnotherKeysSignature() {
    sign(other, image);

    assertThat(outcome())
        .startsWith("3: cannot accept " + image)
        .contains(".sig tag layer 1: altered, or signed by a key that is not trusted here")
        .contains(other.shown().hint());
  }

  @Test
  void refusesARevokedKeysSignature() {
    sign(other, image);
    Verdict verdict =
        new Verifier(registry.client(), Verifier.LIMIT, CLOCK)
            .verify(image, new KeySet(List.of(key.shown()), List.of(other.shown())), Set.of());

    assertThat(verdict.refusal())
        .hasValueSatisfying(
            r -> assertThat(r).contains("signed by " + other.shown() + ", which is revoked"));
  }

  @Test
  void refusesAnotherImagesSignature() {
    ImageRef another = registry.image("team/app", "", "b");
    sign(key, another);
    String from = "team/app/" + another.digest().orElseThrow().replace(':', '-');
    registry.manifests.put(sigTag(), registry.manifest(from + ".sig"));
    registry.manifests.put(indexTag(), registry.manifest(from));

    assertThat(outcome())
        .contains("layer 1: a signature of another image, " + another.digest().orElseThrow())
        .contains("bundle sha256:");
    assertThat(verdict().state(Place.BUNDLE)).isEqualTo(Verdict.PlaceState.BAD);
  }

  @Test
  void aTagThatWasMovedAfterSigningIsAnotherImage() {
    sign(key, image);
    image = ImageRef.parse(registry.host() + "/team/app:latest");
    assertThat(outcome()).isEqualTo("accepted");
    registry.image("team/app", "latest", "moved");

    assertThat(outcome()).startsWith("3: ").contains("found none");
  }

  @Test
  void aTagIsResolvedOnceAndTheDigestCountsFromThen() {
    sign(key, image);
    byte[] good = registry.manifest("team/app/latest");
    registry.image("team/app", "evil", "evil");
    byte[] evil = registry.manifest("team/app/evil");
    AtomicInteger asked = new AtomicInteger();
    registry.fault(
        "/manifests/latest",
        exchange ->
            FakeRegistry.says(200, Descriptor.MANIFEST, asked.getAndIncrement() == 0 ? good : evil)
                .handle(exchange));
    ImageRef signed = image;
    image = ImageRef.parse(registry.host() + "/team/app:latest");

    assertThat(verdict().ref()).isEqualTo(signed);
    assertThat(asked).hasValue(1);
    assertThat(outcome()).as("asked again, it answers otherwise").startsWith("3: ");
  }

  @Test
  void refusesAManifestOfAnotherDigestThanAskedFor() {
    sign(key, image);
    byte[] evil =
        registry.manifest(
            "team/app/" + registry.image("team/app", "", "evil").digest().orElseThrow());
    registry.fault(
        "/manifests/" + image.digest().orElseThrow(),
        FakeRegistry.says(200, Descriptor.MANIFEST, evil));

    assertThat(outcome()).startsWith("3: ").contains("sent one of another digest");
  }

  @Test
  void acceptsAGoodSignatureAfterAJunkOne() throws IOException {
    sign(key, image);
    ObjectNode sig = FakeRegistry.json(registry.manifest(sigTag()));
    ArrayNode layers = (ArrayNode) sig.get("layers");
    ObjectNode bad = layers.get(0).deepCopy();
    ((ObjectNode) bad.get("annotations")).put(SimpleSigning.SIGNATURE, "AAAA");
    layers.insert(0, bad);
    layers.insert(0, "junk");
    layers.insertObject(0);
    registry.manifests.put(sigTag(), Json.bytes(sig));
    registry.manifests.remove(indexTag());

    assertThat(outcome()).isEqualTo("accepted");
    assertThat(verdict().state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.GOOD);
    assertThat(verdict().evidence()).hasSize(4);
  }

  @Test
  void acceptsAGoodBundleAfterJunkOnes() {
    sign(other, image);
    registry.manifests.remove(sigTag());
    sign(key, image);
    registry.manifests.remove(sigTag());
    ObjectNode index = FakeRegistry.json(registry.manifest(indexTag()));
    ArrayNode all = (ArrayNode) index.get("manifests");
    all.insert(0, "junk");
    all.insertObject(0).put("digest", "../../etc/passwd");
    all.insertObject(0)
        .put("mediaType", Descriptor.MANIFEST)
        .put("digest", "sha256:" + "0".repeat(64))
        .put("size", 7)
        .put("artifactType", Bundle.MEDIA_TYPE);
    registry.manifests.put(indexTag(), Json.bytes(index));

    assertThat(outcome()).isEqualTo("accepted");
  }

  @Test
  void saysWhichPlaceWasAltered() {
    sign(key, image);
    ObjectNode sig = FakeRegistry.json(registry.manifest(sigTag()));
    ObjectNode layer = (ObjectNode) sig.get("layers").get(0);
    byte[] payload = registry.blobOf(layer.get("digest").asText()).clone();
    payload[20] ^= 1;
    layer.put("digest", registry.blob(payload));
    registry.manifests.put(sigTag(), Json.bytes(sig));

    Verdict verdict = verdict();

    assertThat(verdict.refusal()).isEmpty();
    assertThat(verdict.state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.BAD);
    assertThat(verdict.state(Place.BUNDLE)).isEqualTo(Verdict.PlaceState.GOOD);
  }

  @Test
  void anAttestationIsNoSignature() {
    Signer signer = new Signer(registry.client(), key, CLOCK);
    signer.attest(image, BOM, JsonNodeFactory.instance.objectNode(), b -> b);

    assertThat(outcome()).startsWith("3: cannot accept " + image).contains("an attestation " + BOM);
    assertThat(verdict().state(Place.BUNDLE)).isEqualTo(Verdict.PlaceState.ABSENT);
  }

  @Test
  void refusesTheWrongTypeOfAttestation() {
    sign(key, image);
    new Signer(registry.client(), key, CLOCK)
        .attest(image, BOM, JsonNodeFactory.instance.objectNode(), b -> b);

    assertThat(outcome(BOM)).isEqualTo("accepted");
    assertThat(outcome("https://slsa.dev/provenance/v1"))
        .startsWith("3: cannot accept " + image)
        .contains("expected an attestation https://slsa.dev/provenance/v1 of " + key.shown())
        .contains("an attestation " + BOM);
  }

  @Test
  void aHintOfTheListIsNoAttestation() {
    sign(key, image);
    ObjectNode index = FakeRegistry.json(registry.manifest(indexTag()));
    ObjectNode entry = (ObjectNode) index.get("manifests").get(0);
    ((ObjectNode) entry.get("annotations")).put("dev.sigstore.bundle.predicateType", BOM);
    registry.manifests.put(indexTag(), Json.bytes(index));

    assertThat(outcome(BOM)).startsWith("3: ").contains("bundle sha256:").contains("a signature");
  }

  @Test
  void failsClosedWhereTheListCannotBeRead() {
    sign(key, image);
    for (String junk :
        List.of("no JSON", "[]", "{}", "{\"manifests\":[],\"layers\":[]}", "[".repeat(100_000))) {
      registry.fault(
          "/referrers/",
          FakeRegistry.says(200, Descriptor.INDEX, junk.getBytes(StandardCharsets.UTF_8)));
      assertThat(outcome())
          .startsWith("3: cannot accept " + image + ": its signatures cannot be read: cannot list");
    }
    registry.fault("/referrers/", FakeRegistry.says(403, "text/plain", new byte[0]));
    assertThat(outcome()).startsWith("3: ").contains("answered 403").contains("run docker login");
    registry.fault("/referrers/", FakeRegistry.says(500, "text/plain", new byte[0]));
    assertThat(outcome()).startsWith("4: cannot list").contains("answered 500");
  }

  @Test
  void readsTenThousandReferrersInPartAndSaysSo() {
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", Descriptor.INDEX);
    ArrayNode all = index.putArray("manifests");
    for (int i = 0; i < 10_000; i++) {
      all.addObject()
          .put("mediaType", Descriptor.MANIFEST)
          .put("digest", "sha256:" + Hashes.ofText("junk " + i))
          .put("size", 700)
          .put("artifactType", Bundle.MEDIA_TYPE);
    }
    registry.manifests.put(indexTag(), Json.bytes(index));

    assertThat(outcome())
        .startsWith("3: ")
        .contains("and 61 more; 9936 were not looked at, the limits are reached");
    assertThat(registry.seen).hasSizeLessThan(80);
    sign(key, image);
    assertThat(outcome()).as("ours is listed first, and under the tag").isEqualTo("accepted");
  }

  @Test
  void refusesAListAboveTheLimit() {
    registry.manifests.put(
        indexTag(),
        ("{\"manifests\":[" + " ".repeat(5 << 20) + "]}").getBytes(StandardCharsets.UTF_8));
    registry.fault(
        "/manifests/sha256-" + hex(),
        e -> FakeRegistry.says(200, Descriptor.INDEX, registry.manifest(indexTag())).handle(e));

    assertThat(outcome()).startsWith("3: ").contains("sends more than 4194304 bytes");
  }

  /** Sends for as long as somebody reads. */
  private static HttpHandler endless(Duration pause) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", Descriptor.MANIFEST);
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        byte[] some = new byte[1 << 16];
        while (true) {
          out.write(some, 0, pause.isZero() ? some.length : 1);
          out.flush();
          java.util.concurrent.locks.LockSupport.parkNanos(pause.toNanos());
        }
      } catch (IOException _) {
        exchange.close(); // nobody reads any more
      }
    };
  }

  @Test
  void givesUpAnEndlessManifest() {
    registry.fault("/manifests/" + image.digest().orElseThrow(), endless(Duration.ZERO));

    assertThat(outcome()).startsWith("3: ").contains("sends more than 4194304 bytes");
  }

  @Test
  void givesUpAnEndlessSignatureAndTakesTheGoodOne() {
    sign(key, image);
    registry.fault(".sig", endless(Duration.ZERO));

    assertThat(outcome()).isEqualTo("accepted");
    assertThat(verdict().state(Place.SIG_TAG)).isEqualTo(Verdict.PlaceState.BAD);
  }

  @Test
  void givesUpWhatComesTooSlowly() {
    sign(key, image);
    registry.fault("/referrers/", endless(Duration.ofMillis(20)));

    assertThat(outcome(Duration.ofMillis(300)))
        .startsWith("3: cannot accept " + image)
        .contains("has not sent what is needed within 0.3 s");
  }

  @Test
  void givesUpABigBundleBeforeItIsFetched() {
    sign(key, image);
    registry.manifests.remove(sigTag());
    ObjectNode index = FakeRegistry.json(registry.manifest(indexTag()));
    ObjectNode entry = (ObjectNode) index.get("manifests").get(0);
    ObjectNode bundle =
        FakeRegistry.json(registry.manifest("team/app/" + entry.get("digest").asText()));
    ((ObjectNode) bundle.get("layers").get(0)).put("size", 1L << 30);
    entry.put("digest", registry.manifest("team/app", "", Json.bytes(bundle)));
    registry.manifests.put(indexTag(), Json.bytes(index));
    registry.seen.clear();

    assertThat(outcome()).contains("it has 1073741824 bytes, the limit is 1048576");
    assertThat(registry.seen).noneMatch(s -> s.contains("/blobs/"));
  }

  @Test
  void followsNoManifestElsewhereAndSendsNothingThere() {
    sign(key, image);
    try (FakeRegistry elsewhere = new FakeRegistry(true)) {
      registry.fault(
          "/manifests/" + image.digest().orElseThrow(), redirect("http://" + elsewhere.host()));
      assertThat(outcome()).startsWith("3: ").contains("answered 307");

      registry.fault("/manifests/" + image.digest().orElseThrow(), to(image));
      registry.fault("/blobs/", redirect("http://localhost:" + elsewhere.host().split(":", -1)[1]));
      assertThat(outcome()).startsWith("3: ").contains("it is not by TLS");
      assertThat(elsewhere.seen).isEmpty();
    }
  }

  private HttpHandler to(ImageRef ref) {
    return FakeRegistry.says(
        200, Descriptor.MANIFEST, registry.manifest("team/app/" + ref.digest().orElseThrow()));
  }

  private static HttpHandler redirect(String to) {
    return (HttpExchange exchange) -> {
      exchange.getResponseHeaders().set("Location", to + exchange.getRequestURI());
      exchange.sendResponseHeaders(307, -1);
      exchange.close();
    };
  }

  @Test
  void refusesWhatIsAnImageAndAnIndexAtOnce() {
    ObjectNode both = registry.json("team/app", image.digest().orElseThrow());
    both.putArray("manifests");
    image = image.by(registry.manifest("team/app", "", Json.bytes(both)));

    assertThat(outcome()).startsWith("3: ").contains("neither an image's nor an index, or both");
  }

  @Test
  void saysThatThereIsNoImageOrNobody() {
    image = ImageRef.parse(registry.host() + "/team/none:1");
    assertThat(outcome()).startsWith("2: cannot find " + image);
    registry.close();
    assertThat(outcome()).startsWith("4: cannot reach registry " + registry.host());
  }
}
