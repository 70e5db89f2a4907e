package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.spec.TreeDigest;
import dev.naru.spec.signed.EcKey;
import dev.naru.spec.signed.ModelSignature;
import dev.naru.spec.signed.ModelStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it signs is what a model server accepts. */
class ModelSignerTest {
  private final SignKey key = SignKey.generate();
  private final ModelSigner signer = new ModelSigner(() -> key);

  @TempDir private Path models;

  private static List<EcKey> keys(ModelSigner signer) {
    return signer.accepted().stream().map(k -> EcKey.of(Base64.getDecoder().decode(k))).toList();
  }

  @Test
  void acceptsTheOneKeyThatItSignsWith() throws IOException {
    Path folder = Files.createDirectory(models.resolve("3"));
    Files.writeString(folder.resolve("model.json"), "{}");
    List<TreeDigest.Entry> files = TreeDigest.entries(folder);
    String digest = TreeDigest.of(files);
    ModelSignature.Expected expected = new ModelSignature.Expected("fraud", 3, digest);

    String signature =
        signer.sign(new ModelStatement("bank", "fraud", 3, 7, digest, files, List.of()));
    Files.writeString(ModelSignature.fileOf(folder), signature);

    assertThat(signature).doesNotContain("\n");
    assertThat(signer.key()).isEqualTo(key.shown().id());
    assertThat(ModelSignature.signer(folder)).contains(EcKey.of(key.shown().spki()).modelHint());
    assertThatCode(() -> ModelSignature.check(folder, files, expected, keys(signer)))
        .doesNotThrowAnyException();
    ModelSigner other = new ModelSigner(SignKey::generate);
    assertThatThrownBy(() -> ModelSignature.check(folder, files, expected, keys(other)))
        .hasMessageContaining("it was made by none of");
  }
}
