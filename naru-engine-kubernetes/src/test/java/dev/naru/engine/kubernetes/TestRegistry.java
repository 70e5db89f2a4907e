package dev.naru.engine.kubernetes;

import dev.naru.core.testkit.engine.TestLayers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends images into a registry without TLS: OCI distribution specification 1.1, "Push". */
final class TestRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String host;
  private final String prefix;

  /**
   * @param place {@code HOST:PORT[/PREFIX]}
   */
  TestRegistry(String place) {
    String[] parts = place.split("/", 2);
    this.host = parts[0];
    this.prefix = parts.length == 2 ? parts[1] + "/" : "";
  }

  /** Sends an image of these layers, uncompressed tar archives; its reference by digest. */
  String push(String name, List<byte[]> layers, List<String> entrypoint)
      throws IOException, InterruptedException {
    String repository = prefix + name;
    List<String> ids = new ArrayList<>();
    List<String> blobs = new ArrayList<>();
    for (byte[] layer : layers) {
      ids.add('"' + TestLayers.digest(layer) + '"');
      blobs.add(blob(repository, LAYER, layer));
    }
    String config =
        """
        {"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["%s"], "Env": ["LANG=C.UTF-8"]},
         "rootfs": {"type": "layers", "diff_ids": [%s]}}
        """
            .formatted(String.join("\", \"", entrypoint), String.join(", ", ids));
    byte[] manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s", "config": %s, "layers": [%s]}
        """
            .formatted(
                MANIFEST,
                blob(repository, CONFIG, config.getBytes(StandardCharsets.UTF_8)),
                String.join(", ", blobs))
            .getBytes(StandardCharsets.UTF_8);
    String digest = TestLayers.digest(manifest);
    expect(
        201,
        request("/v2/" + repository + "/manifests/" + digest)
            .header("Content-Type", MANIFEST)
            .PUT(BodyPublishers.ofByteArray(manifest)));
    return host + "/" + repository + "@" + digest;
  }

  /** Sends a blob; its descriptor. */
  private String blob(String repository, String type, byte[] bytes)
      throws IOException, InterruptedException {
    String digest = TestLayers.digest(bytes);
    HttpRequest there =
        request("/v2/" + repository + "/blobs/" + digest)
            .method("HEAD", BodyPublishers.noBody())
            .build();
    if (http.send(there, BodyHandlers.discarding()).statusCode() != 200) {
      HttpResponse<String> begun =
          expect(
              202, request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
      URI at = begun.uri().resolve(begun.headers().firstValue("Location").orElseThrow());
      String joint = at.getQuery() == null ? "?" : "&";
      expect(
          201,
          HttpRequest.newBuilder(URI.create(at + joint + "digest=" + digest))
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofByteArray(bytes)));
    }
    return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}"
        .formatted(type, digest, bytes.length);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host + path));
  }

  private HttpResponse<String> expect(int status, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != status) {
      throw new IOException(response + ": " + response.body());
    }
    return response;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
