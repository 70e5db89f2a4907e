package dev.naru.spec.signed;

import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks the signature of a model: {@code <folder>.sig}, a Sigstore bundle of version 0.3 around a
 * {@link ModelStatement}. The signature is checked before a byte of the statement is parsed; a
 * signer cannot have files left out, for every file of the folder must be signed.
 *
 * <p>The newest signature has that name. One that another key made before is kept beside it, for
 * those who were started with that key: {@code <folder>.<hint of the key>.sig}.
 */
public final class ModelSignature {
  static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** Most bytes of a signature. */
  static final int MOST = 1 << 20;

  private ModelSignature() {}

  /**
   * What a model is taken for.
   *
   * @param training that made it
   * @param version of it
   * @param digest of its files
   */
  public record Expected(String training, int version, String digest) {}

  /** The file of a folder's newest signature: beside it, so that it is no file of the model. */
  public static Path fileOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".sig");
  }

  /**
   * Where a key's signature is once another key has signed the same folder.
   *
   * @param hint names the key, as {@link EcKey#modelHint}
   */
  public static Path keptOf(Path folder, String hint) {
    return folder.resolveSibling(folder.getFileName() + "." + hint + ".sig");
  }

  /**
   * Which key the newest signature of a folder says that it is of; no proof. Empty where there is
   * no signature, or one that nobody would accept.
   */
  public static Optional<String> signer(Path folder) throws IOException {
    Path file = fileOf(folder);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MOST
        ? signer(Files.readAllBytes(file))
        : Optional.empty();
  }

  /** The same of a signature's bytes. */
  public static Optional<String> signer(byte[] bundle) {
    try {
      Map<?, ?> root = SignedJson.object(bundle, "the bundle");
      Map<?, ?> material = SignedJson.object(root, "verificationMaterial");
      String hint = SignedJson.text(SignedJson.object(material, "publicKey"), "hint");
      return Optional.of(hint).filter(h -> h.matches("[0-9a-f]{64}"));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /**
   * Checks a folder that was hashed just now.
   *
   * @param files all files of the folder
   * @param keys whose signatures are accepted
   * @throws IOException with one sentence that says why it is refused, and what to do
   */
  public static void check(
      Path folder, List<TreeDigest.Entry> files, Expected expected, List<EcKey> keys)
      throws IOException {
    List<Path> places = new ArrayList<>(List.of(fileOf(folder)));
    keys.forEach(k -> places.add(keptOf(folder, k.modelHint())));
    IOException refusal =
        new IOException(
            "it is not signed: there is no %s; the control plane signs it before it is served"
                .formatted(fileOf(folder)));
    for (Path file : places) {
      try {
        Optional<byte[]> bundle = read(file);
        if (bundle.isPresent()) {
          verify(bundle.get(), files, expected, keys);
          return;
        }
      } catch (IOException e) {
        refusal =
            new IOException(
                "its signature %s is refused: %s; train it again, or have another version served"
                    .formatted(file, e.getMessage()),
                e);
      }
    }
    throw refusal;
  }

  /** The bytes of a signature; empty where there is none. */
  private static Optional<byte[]> read(Path file) throws IOException {
    try {
      if (Files.isSymbolicLink(file) || Files.size(file) > MOST) {
        throw new IOException("it is a link, or larger than 1Mi");
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("it is no file");
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** The same of bytes. */
  static void verify(
      byte[] bundle, List<TreeDigest.Entry> files, Expected expected, List<EcKey> keys)
      throws IOException {
    Map<?, ?> root = SignedJson.object(bundle, "the bundle");
    only(root, List.of("mediaType", "verificationMaterial", "dsseEnvelope"));
    SignedJson.exactly(root, "mediaType", BUNDLE);
    Map<?, ?> material = SignedJson.object(root, "verificationMaterial");
    only(material, List.of("publicKey", "tlogEntries"));
    only(SignedJson.object(material, "publicKey"), List.of("hint"));
    Map<?, ?> envelope = SignedJson.object(root, "dsseEnvelope");
    only(envelope, List.of("payload", "payloadType", "signatures"));
    SignedJson.exactly(envelope, "payloadType", Dsse.PAYLOAD_TYPE);
    Map<?, ?> signature = SignedJson.single(envelope, "signatures");
    only(signature, List.of("sig", "keyid"));
    byte[] payload = SignedJson.base64(envelope, "payload");
    byte[] sig = SignedJson.base64(signature, "sig");
    if (keys.stream().noneMatch(k -> k.made(sig, Dsse.encoded(payload)))) {
      throw new IOException(
          "it was made by none of "
              + keys.stream().map(EcKey::toString).collect(Collectors.joining(", ")));
    }
    statement(SignedJson.object(payload, "the statement"), files, expected);
  }

  private static void only(Map<?, ?> in, List<String> keys) throws IOException {
    for (Object key : in.keySet()) {
      if (!keys.contains(key)) {
        throw new IOException("unknown key " + key);
      }
    }
  }

  private static void statement(
      Map<?, ?> statement, List<TreeDigest.Entry> files, Expected expected) throws IOException {
    SignedJson.exactly(statement, "_type", ModelStatement.TYPE);
    SignedJson.exactly(statement, "predicateType", ModelStatement.PREDICATE);
    Map<?, ?> digest = SignedJson.object(SignedJson.single(statement, "subject"), "digest");
    only(digest, List.of("sha256"));
    Map<?, ?> predicate = SignedJson.object(statement, "predicate");
    Map<?, ?> serialization = SignedJson.object(predicate, "serialization");
    only(serialization, List.of("method", "hash_type", "allow_symlinks"));
    SignedJson.exactly(serialization, "method", "files");
    SignedJson.exactly(serialization, "hash_type", "sha256");
    SignedJson.exactly(serialization, "allow_symlinks", false);
    List<TreeDigest.Entry> signed = resources(predicate);
    compare(signed, files);
    SignedJson.exactly(digest, "sha256", ModelStatement.root(signed));
    Map<?, ?> ours = SignedJson.object(predicate, ModelStatement.OURS);
    SignedJson.exactly(ours, "training", expected.training());
    SignedJson.exactly(ours, "version", (long) expected.version());
    SignedJson.exactly(ours, "digest", expected.digest());
  }

  private static List<TreeDigest.Entry> resources(Map<?, ?> predicate) throws IOException {
    List<TreeDigest.Entry> signed = new ArrayList<>();
    for (Object entry : SignedJson.list(predicate, "resources")) {
      if (!(entry instanceof Map<?, ?> resource)) {
        throw new IOException("expected objects in resources");
      }
      SignedJson.exactly(resource, "algorithm", "sha256");
      String hash = SignedJson.text(resource, "digest");
      if (!hash.matches("[0-9a-f]{64}")) {
        throw new IOException("expected 64 lower-case hexadecimal digits as digest of a file");
      }
      signed.add(new TreeDigest.Entry(SignedJson.text(resource, "name"), 0, hash));
    }
    return signed;
  }

  private static void compare(List<TreeDigest.Entry> signed, List<TreeDigest.Entry> files)
      throws IOException {
    Map<String, String> left = new HashMap<>();
    for (TreeDigest.Entry entry : signed) {
      if (left.put(entry.path(), entry.sha256()) != null) {
        throw new IOException("the file " + entry.path() + " is signed twice");
      }
    }
    for (TreeDigest.Entry file : files) {
      String hash = left.remove(file.path());
      if (hash == null) {
        throw new IOException("the file " + file.path() + " is not signed");
      } else if (!hash.equals(file.sha256())) {
        throw new IOException("the file " + file.path() + " was changed after it was signed");
      }
    }
    if (!left.isEmpty()) {
      throw new IOException(
          "the file "
              + left.keySet().stream().min(Comparator.naturalOrder()).get()
              + " is signed and not there");
    }
  }
}
