package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import dev.naru.image.trust.Evidence.Result;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bytes alone decide; the vectors were made by cosign 2.6.5 and 3.1.3 with one key pair. */
class JudgeTest {
  private static final String V2 =
      "sha256:8d212257f05a301fc138d68acfd0203abca5aad626e5a32b6d18356c26de7143";
  private static final String V3 =
      "sha256:f91ab0ce8f27817ca2c9eba20b9aa74fb2dfca090e3ac9ab54b9cc2505e72d2f";
  private static final String V3_OLD =
      "sha256:6fcee9d50c8c83bbe988931c7aa7d4f6839b2e686a393b8c6304aeeb0dcc9bd9";
  private static final String IMAGE = "sha256:" + "ab".repeat(32);
  private static final String BOM = "https://cyclonedx.org/bom";
  private static final KeySet COSIGN = new KeySet(List.of(Vectors.key("cosign.pub")), List.of());
  private static final SignKey KEY = SignKey.generate();
  private static final KeySet OWN = new KeySet(List.of(KEY.shown()), List.of());

  private static String words(Result result) {
    return switch (result) {
      case Result.Good good -> "good " + good.predicateType();
      case Result.Bad bad -> bad.why();
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void acceptsWhatBothMajorsOfCosignSign() {
    assertThat(
            words(
                new Judge(V2, COSIGN)
                    .simple(
                        Vectors.bytes("cosign2-payload.json"),
                        Vectors.text("cosign2-payload.sig"))))
        .isEqualTo("good " + Verdict.SIGNATURE);
    assertThat(
            words(
                new Judge(V3_OLD, COSIGN)
                    .simple(
                        Vectors.bytes("cosign3-payload.json"),
                        Vectors.text("cosign3-payload.sig"))))
        .isEqualTo("good " + Verdict.SIGNATURE);
    assertThat(words(new Judge(V3, COSIGN).bundle(Vectors.bytes("cosign3-bundle.json"))))
        .isEqualTo("good " + Verdict.SIGNATURE);
    assertThat(words(new Judge(V3, COSIGN).bundle(Vectors.bytes("cosign3-attestation.json"))))
        .isEqualTo("good " + BOM);
    assertThat(words(new Judge(V2, COSIGN).attestation(Vectors.bytes("cosign2-attestation.json"))))
        .isEqualTo("good " + BOM);
  }

  @Test
  void writesWhatItReads() {
    byte[] payload = SimpleSigning.write("registry.local/app", IMAGE);
    assertThat(new String(payload, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"critical\":{\"identity\":{\"docker-reference\":\"registry.local/app\"},\"image\":"
                + "{\"docker-manifest-digest\":\""
                + IMAGE
                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}");
    assertThat(words(new Judge(IMAGE, OWN).simple(payload, signature(payload))))
        .isEqualTo("good " + Verdict.SIGNATURE);
    assertThat(words(new Judge(IMAGE, OWN).bundle(signed())))
        .isEqualTo("good " + Verdict.SIGNATURE);
  }

  private static String signature(byte[] payload) {
    return Base64.getEncoder().encodeToString(KEY.sign(payload));
  }

  private static byte[] signed() {
    return Bundle.write(
        KEY, Statement.write(IMAGE, Verdict.SIGNATURE, JsonNodeFactory.instance.objectNode()));
  }

  @Test
  void refusesAnyFlippedByteOfABundle() {
    byte[] good = signed();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Result result = new Judge(IMAGE, OWN).bundle(bad);
      // What is left is the hint, which only names a key, and white space.
      if (result instanceof Result.Good) {
        assertThat(new String(bad, StandardCharsets.UTF_8).replaceFirst("\"hint\":\"[^\"]*\"", ""))
            .as("byte %d", i)
            .isEqualTo(
                new String(good, StandardCharsets.UTF_8).replaceFirst("\"hint\":\"[^\"]*\"", ""));
      }
    }
  }

  @Test
  void saysThatABundleOfATrustedKeyWasAltered() {
    ObjectNode bundle = FakeRegistry.json(signed());
    ObjectNode envelope = (ObjectNode) bundle.get("dsseEnvelope");
    byte[] other = Statement.write(V2, Verdict.SIGNATURE, JsonNodeFactory.instance.objectNode());
    envelope.put("payload", Base64.getEncoder().encodeToString(other));

    assertThat(words(new Judge(V2, OWN).bundle(Json.bytes(bundle))))
        .isEqualTo("altered: it names " + KEY.shown() + ", which did not sign this");
    assertThat(words(new Judge(IMAGE, COSIGN).bundle(signed())))
        .isEqualTo("altered, or signed by a key that is not trusted here: " + KEY.shown().hint());
  }

  @Test
  void aRevokedKeyCountsForNothingAndIsNamed() {
    KeySet revoked = new KeySet(List.of(SignKey.generate().shown()), List.of(KEY.shown()));
    byte[] payload = SimpleSigning.write("r/a", IMAGE);

    assertThat(words(new Judge(IMAGE, revoked).bundle(signed())))
        .isEqualTo("signed by " + KEY.shown() + ", which is revoked");
    assertThat(words(new Judge(IMAGE, revoked).simple(payload, signature(payload))))
        .isEqualTo("signed by " + KEY.shown() + ", which is revoked");
  }

  @Test
  void refusesTheSignatureOfAnotherImage() {
    assertThat(words(new Judge(V2, OWN).bundle(signed())))
        .isEqualTo("a signature of another image, " + IMAGE);
    byte[] payload = SimpleSigning.write("r/a", IMAGE);
    assertThat(words(new Judge(V2, OWN).simple(payload, signature(payload))))
        .isEqualTo("a signature of another image, " + IMAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{'                                                 | no JSON that is read here",
        "[]                                                  | no JSON object",
        "{\"critical\":null,\"optional\":null}               | expected an object critical",
        "{\"Critical\":{},\"optional\":null}                 | unknown key Critical",
        "{\"critical\":{\"identity\":{},\"image\":{\"Docker-manifest-digest\":\"D\"},\"type\":\"cosign"
            + " container image signature\"}} | unknown key Docker-manifest-digest",
        "{\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":\"D\"},"
            + "\"type\":\"other\"}}                          | expected type cosign container",
        "{\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":\"D\"},"
            + "\"type\":\"cosign container image signature\"}} {} | no JSON that is read here",
        "{\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":\"X\"},"
            + "\"type\":\"cosign container image signature\"}} | without a digest in its form",
        "{\"critical\":{},\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":\"D\"},\"type\":\"cosign"
            + " container image signature\"}} | no JSON that is read here",
      })
  void readsTheSignedPayloadInOneWayOnly(String payload, String words) {
    byte[] bytes = utf8(payload.replace("\"D\"", "\"" + IMAGE + "\""));

    assertThat(words(new Judge(IMAGE, OWN).simple(bytes, signature(bytes)))).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Statement/v1          | Statement/v2                    | expected _type",
        "\"subject\":[         | \"subject\":[{},                | exactly one entry of subject",
        "{\"sha256\":          | {\"sha512\":\"00\",\"sha256\":  | unknown key sha512",
        "abab                  | ABAB                            | 64 lower-case",
        "{\"_type\"            | {\"_type\":\"x\",\"_type\"      | no JSON that is read here",
        "\"predicate\":{}      | \"predicate\":{\"a\":1}         | says something else as well",
        "\"predicate\":{}      | \"predicate\":[]                | expected an object predicate",
        "\"predicateType\"     | \"PredicateType\"               | unknown key PredicateType",
        "Statement/v1          | Statement/v0.1                  | statement of version 0.1",
        "cosign/sign/v1        | cosign/sign/v2                  | good"
            + " https://sigstore.dev/cosign/sign/v2",
      })
  void readsTheSignedStatementInOneWayOnly(String from, String to, String words) {
    String good =
        new String(
            Statement.write(IMAGE, Verdict.SIGNATURE, JsonNodeFactory.instance.objectNode()),
            StandardCharsets.UTF_8);
    assertThat(good).contains(from);
    byte[] statement = utf8(good.replaceFirst(java.util.regex.Pattern.quote(from), to));

    assertThat(words(new Judge(IMAGE, OWN).bundle(Bundle.write(KEY, statement)))).contains(words);
  }

  @Test
  void readsABundleInOneWayOnly() {
    assertThat(changed(b -> b.put("mediaType", "application/vnd.dev.sigstore.bundle.v0.2+json")))
        .contains("expected mediaType");
    assertThat(changed(b -> b.put("more", 1))).isEqualTo("unknown key more");
    assertThat(
            changed(b -> {
              ((ObjectNode) b.get("verificationMaterial")).putObject("certificate");
              return b;
            }))
        .isEqualTo("unknown key certificate");
    assertThat(
            changed(b -> {
              ((ObjectNode) b.get("dsseEnvelope")).put("payloadType", "text/plain");
              return b;
            }))
        .contains("expected payloadType");
    assertThat(
            changed(b -> {
              ((ObjectNode) b.get("dsseEnvelope")).withArray("signatures").addObject();
              return b;
            }))
        .isEqualTo("expected exactly one entry of signatures");
    assertThat(
            changed(b -> {
              ((ObjectNode) b.get("dsseEnvelope")).put("payload", "not base64!");
              return b;
            }))
        .isEqualTo("payload is no base64");
    assertThat(
            changed(b -> {
              ((ObjectNode) b.get("verificationMaterial")).putArray("tlogEntries").addObject();
              return b;
            }))
        .isEqualTo("good " + Verdict.SIGNATURE);
    String deep = "[".repeat(200_000);
    assertThat(words(new Judge(IMAGE, OWN).bundle(utf8("{\"mediaType\":" + deep))))
        .isEqualTo("the bundle is no JSON that is read here");
    assertThat(words(new Judge(IMAGE, OWN).bundle(new byte[0])))
        .isEqualTo("the bundle is no JSON object");
  }

  private static String changed(UnaryOperator<ObjectNode> change) {
    return words(
        new Judge(IMAGE, OWN).bundle(Json.bytes(change.apply(FakeRegistry.json(signed())))));
  }
}
