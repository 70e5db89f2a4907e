package dev.naru.spec.signed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.naru.spec.TreeDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * What is signed of a model: the statement of OpenSSF Model Signing v1.0, whose predicate says more
 * under {@link #OURS}, as that format allows.
 *
 * @param project that the Training is of
 * @param training that made the model
 * @param version of the model, from 1
 * @param run that made it, from 1
 * @param digest of its files, {@code sha256:...}, as {@link TreeDigest} makes it
 * @param files all of them, in the order of the digest
 * @param inputs what the run read
 */
public record ModelStatement(
    String project,
    String training,
    int version,
    int run,
    String digest,
    List<TreeDigest.Entry> files,
    List<Input> inputs) {
  static final String TYPE = "https://in-toto.io/Statement/v1";
  static final String PREDICATE = "https://model_signing/signature/v1.0";

  /** The key of the predicate that holds what Naru says of a model beside its files. */
  static final String OURS = "naru.dev/model/v1";

  /**
   * One input of the run.
   *
   * @param name of the Preparation
   * @param run of the Preparation
   * @param digest of its sealed output
   */
  public record Input(String name, int run, String digest) {}

  /** Copies the lists. */
  public ModelStatement {
    files = List.copyOf(files);
    inputs = List.copyOf(inputs);
  }

  /** The SHA-256 over the raw digests of the files, one after the other, in their order. */
  static String root(List<TreeDigest.Entry> files) {
    try {
      MessageDigest root = MessageDigest.getInstance("SHA-256");
      files.forEach(f -> root.update(HexFormat.of().parseHex(f.sha256())));
      return HexFormat.of().formatHex(root.digest());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The bytes that are signed; the same statement makes the same bytes. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("_type", TYPE);
      json.writeArrayFieldStart("subject");
      json.writeStartObject();
      json.writeStringField("name", training);
      json.writeObjectFieldStart("digest");
      json.writeStringField("sha256", root(files));
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndArray();
      json.writeStringField("predicateType", PREDICATE);
      json.writeObjectFieldStart("predicate");
      predicate(json);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a statement can always be written", e);
    }
    return out.toByteArray();
  }

  private void predicate(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("serialization");
    json.writeStringField("method", "files");
    json.writeStringField("hash_type", "sha256");
    json.writeBooleanField("allow_symlinks", false);
    json.writeEndObject();
    json.writeArrayFieldStart("resources");
    for (TreeDigest.Entry file : files) {
      json.writeStartObject();
      json.writeStringField("name", file.path());
      json.writeStringField("algorithm", "sha256");
      json.writeStringField("digest", file.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart(OURS);
    json.writeStringField("project", project);
    json.writeStringField("training", training);
    json.writeNumberField("version", version);
    json.writeNumberField("run", run);
    json.writeStringField("digest", digest);
    json.writeArrayFieldStart("inputs");
    for (Input input : inputs) {
      json.writeStartObject();
      json.writeStringField("name", input.name());
      json.writeNumberField("run", input.run());
      json.writeStringField("digest", input.digest());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
