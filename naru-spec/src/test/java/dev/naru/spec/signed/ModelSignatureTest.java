package dev.naru.spec.signed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelSignatureTest {
  private static final KeyPair PAIR = pair();
  private static final EcKey KEY = EcKey.of(PAIR.getPublic().getEncoded());
  private static final KeyPair OTHER_PAIR = pair();
  private static final EcKey OTHER = EcKey.of(OTHER_PAIR.getPublic().getEncoded());

  @TempDir private Path root;

  @SuppressWarnings("NullAway.Init") // before each test
  private Path folder;

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void model() throws IOException {
    folder = Files.createDirectories(root.resolve("3"));
    Files.writeString(folder.resolve("model.json"), "{}");
    Files.writeString(folder.resolve("metrics.json"), "{\"auc\":0.9}");
  }

  private ModelStatement statement() throws IOException {
    return new ModelStatement(
        "finance",
        "fraud",
        3,
        7,
        TreeDigest.of(folder),
        TreeDigest.entries(folder),
        List.of(new ModelStatement.Input("rows", 2, "sha256:" + "a".repeat(64))));
  }

  private static String bundle(byte[] payload) throws GeneralSecurityException {
    return bundle(PAIR, payload);
  }

  private static String bundle(KeyPair pair, byte[] payload) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(EcKey.ALGORITHM);
    signature.initSign(pair.getPrivate());
    signature.update(Dsse.encoded(payload));
    Base64.Encoder base64 = Base64.getEncoder();
    return """
    {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",
     "verificationMaterial":{"publicKey":{"hint":"%s"}},
     "dsseEnvelope":{"payload":"%s","payloadType":"application/vnd.in-toto+json",
       "signatures":[{"sig":"%s"}]}}
    """
        .formatted(
            EcKey.of(pair.getPublic().getEncoded()).modelHint(),
            base64.encodeToString(payload),
            base64.encodeToString(signature.sign()));
  }

  private void sign(String payload) throws IOException, GeneralSecurityException {
    Files.writeString(root.resolve("3.sig"), bundle(payload.getBytes(UTF_8)));
  }

  private String good() throws IOException {
    return new String(statement().bytes(), UTF_8);
  }

  private void check(EcKey... keys) throws IOException {
    ModelSignature.check(
        folder,
        TreeDigest.entries(folder),
        new ModelSignature.Expected("fraud", 3, TreeDigest.of(folder)),
        List.of(keys));
  }

  @Test
  void acceptsWhatOneOfTheKeysSigned() throws Exception {
    sign(good());
    assertThatCode(() -> check(OTHER, KEY)).doesNotThrowAnyException();
  }

  @Test
  void acceptsWhatIsKeptOfAKeyOnceAnotherOneHasSigned() throws Exception {
    Files.writeString(ModelSignature.fileOf(folder), bundle(OTHER_PAIR, statement().bytes()));
    Files.writeString(
        ModelSignature.keptOf(folder, KEY.modelHint()), bundle(PAIR, statement().bytes()));

    assertThatCode(() -> check(OTHER)).doesNotThrowAnyException();
    assertThatCode(() -> check(KEY)).doesNotThrowAnyException();
  }

  @Test
  void acceptsWhatIsKeptBesideANewestOneThatCannotBeRead() throws Exception {
    Files.createDirectory(ModelSignature.fileOf(folder));
    Files.writeString(
        ModelSignature.keptOf(folder, KEY.modelHint()), bundle(PAIR, statement().bytes()));

    assertThatCode(() -> check(KEY)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(OTHER)).hasMessageContaining("is refused: it is no file");
  }

  @Test
  void refusesWhatIsKeptUnderTheNameOfAKeyThatDidNotMakeIt() throws Exception {
    Path kept = ModelSignature.keptOf(folder, KEY.modelHint());
    Files.writeString(kept, bundle(OTHER_PAIR, statement().bytes()));

    assertThatThrownBy(() -> check(KEY))
        .hasMessageContaining("its signature " + kept + " is refused: it was made by none of");
  }

  @Test
  void tellsWhoseTheNewestSignatureClaimsToBe() throws Exception {
    assertThat(ModelSignature.signer(folder)).isEmpty();
    sign(good());
    assertThat(ModelSignature.signer(folder)).contains(KEY.modelHint());
    Files.writeString(
        root.resolve("3.sig"), bundle(statement().bytes()).replace(KEY.modelHint(), "../../up"));
    assertThat(ModelSignature.signer(folder)).isEmpty();
    Files.writeString(root.resolve("3.sig"), "{}");
    assertThat(ModelSignature.signer(folder)).isEmpty();
    Files.delete(root.resolve("3.sig"));
    Files.createSymbolicLink(
        root.resolve("3.sig"),
        Files.writeString(root.resolve("elsewhere"), bundle(statement().bytes())));
    assertThat(ModelSignature.signer(folder)).isEmpty();
  }

  @Test
  void aStatementIsWrittenToTheLetter() throws IOException {
    assertThat(good())
        .startsWith(
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"fraud\","
                + "\"digest\":{\"sha256\":\"")
        .contains(
            "\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{"
                + "\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\","
                + "\"allow_symlinks\":false},\"resources\":[{\"name\":\"metrics.json\","
                + "\"algorithm\":\"sha256\",\"digest\":\"")
        .endsWith(
            "\"inputs\":[{\"name\":\"rows\",\"run\":2,\"digest\":\"sha256:"
                + "a".repeat(64)
                + "\"}]}}}");
  }

  @Test
  void refusesWhatIsNotSignedAtAll() {
    assertThatThrownBy(() -> check(KEY))
        .hasMessage(
            "it is not signed: there is no "
                + root.resolve("3.sig")
                + "; the control plane signs it before it is served");
  }

  @Test
  void refusesWhatOthersSigned() throws Exception {
    sign(good());
    assertThatThrownBy(() -> check(OTHER))
        .hasMessageContaining("is refused: it was made by none of " + OTHER)
        .hasMessageEndingWith("; train it again, or have another version served");
  }

  @Test
  void refusesFilesThatWereChangedAddedOrRemoved() throws Exception {
    sign(good());
    Files.writeString(folder.resolve("model.json"), "{ }");
    assertThatThrownBy(() -> check(KEY))
        .hasMessageContaining("the file model.json was changed after it was signed");
    Files.writeString(folder.resolve("model.json"), "{}");
    Files.writeString(folder.resolve(".hidden"), "");
    assertThatThrownBy(() -> check(KEY)).hasMessageContaining("the file .hidden is not signed");
    Files.delete(folder.resolve(".hidden"));
    Files.delete(folder.resolve("metrics.json"));
    assertThatThrownBy(() -> check(KEY))
        .hasMessageContaining("the file metrics.json is signed and not there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version":3 | "version":4 | expected version 3, found 4
          "training":"fraud" | "training":"other" | expected training fraud, found other
          "digest":"sha256:  | "digest":"sha256:0 | expected digest sha256:
          signature/v1.0 | signature/v1.1 | expected predicateType
          Statement/v1 | Statement/v0.1 | expected _type
          "method":"files" | "method":"shards" | expected method files, found shards
          "allow_symlinks":false | "allow_symlinks":true | expected allow_symlinks false
          "hash_type" | "ignore_paths":["model.json"],"hash_type" | unknown key ignore_paths
          "algorithm":"sha256" | "algorithm":"blake2b" | expected algorithm sha256
          "subject":[ | "subject":[{"name":"x"}, | expected exactly one entry of subject
          "name":"model.json" | "name":"metrics.json" | the file metrics.json is signed twice
          "naru.dev/model/v1" | "naru.dev/model/v2" | expected an object naru.dev/model/v1
          "project" | "version":3,"project" | is no JSON object that is read here
          """)
  void refusesStatementsThatSayAnythingElse(String from, String to, String words) throws Exception {
    assertThat(good()).contains(from.strip());
    sign(good().replace(from.strip(), to.strip()));
    assertThatThrownBy(() -> check(KEY)).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bundle.v0.3 | bundle.v0.2 | expected mediaType
          in-toto+json | in-toto+cbor | expected payloadType
          {"sig" | {"sig":"AA=="},{"sig" | expected exactly one entry of signatures
          "publicKey" | "certificate" | unknown key certificate
          "payload":" | "payload":"A | payload is no base64
          """)
  void refusesOtherBundles(String from, String to, String words) throws Exception {
    String bundle = bundle(statement().bytes());
    assertThat(bundle).contains(from.strip());
    Files.writeString(root.resolve("3.sig"), bundle.replace(from.strip(), to.strip()));
    assertThatThrownBy(() -> check(KEY)).hasMessageContaining(words);
  }

  @Test
  void refusesAnotherRootDigest() throws Exception {
    String root = ModelStatement.root(TreeDigest.entries(folder));
    sign(good().replace(root, "0".repeat(64)));
    assertThatThrownBy(() -> check(KEY)).hasMessageContaining("expected sha256 " + root);
  }

  @Test
  void everyChangedByteOfTheSignatureIsRefused() throws Exception {
    byte[] bundle = bundle(statement().bytes()).getBytes(UTF_8);
    for (int i = 0; i < bundle.length; i += 7) {
      byte[] changed = bundle.clone();
      changed[i] ^= 1;
      if (new String(changed, UTF_8).strip().equals(new String(bundle, UTF_8).strip())) {
        continue;
      }
      Files.write(root.resolve("3.sig"), changed);
      if (isHint(bundle, i)) {
        continue; // names a key, and proves nothing
      }
      assertThatThrownBy(() -> check(KEY)).as("byte " + i).isInstanceOf(IOException.class);
    }
  }

  private static boolean isHint(byte[] bundle, int at) {
    String text = new String(bundle, UTF_8);
    int from = text.indexOf("\"hint\":\"") + 8;
    return (at >= from && at < from + 64) || Character.isWhitespace(text.charAt(at));
  }
}
