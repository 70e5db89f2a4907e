package dev.naru.image;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/**
 * A registry (OCI distribution specification 1.1) as far as images and what is signed of them need
 * it. Whatever is fetched by digest is compared with it.
 *
 * <p>Where nobody answers, or with a status of 500 or more, the exception's code is
 * REGISTRY_UNREACHABLE; it is FAILED where the registry refuses or sends what it should not.
 */
public final class Registry {
  private final RegistryHttp http;

  /**
   * Speaks to nobody yet.
   *
   * @param host with its port, where it has one
   * @param plainHttp hosts besides loopback that are spoken to without TLS
   */
  public Registry(String host, Set<String> plainHttp) {
    this.http = new RegistryHttp(host, plainHttp);
  }

  /** With its port, where it has one. */
  public String host() {
    return http.host();
  }

  RegistryHttp http() {
    return http;
  }

  /**
   * A manifest or index of at most {@link Json#MOST} bytes; empty where the registry has none of
   * that reference.
   *
   * @param reference a tag, or a digest, with which the contents are compared
   */
  public Optional<Found> manifest(String repository, String reference) {
    HttpRequest.Builder request =
        http.request(repository + "/manifests/" + reference, RegistryHttp.SMALL)
            .header(
                "Accept",
                Descriptor.MANIFEST
                    + ", "
                    + Descriptor.INDEX
                    + ", application/vnd.docker.distribution.manifest.v2+json,"
                    + " application/vnd.docker.distribution.manifest.list.v2+json");
    HttpResponse<InputStream> response = http.send(request, repository, "pull");
    if (response.statusCode() == 404) {
      RegistryHttp.body(response);
      return Optional.empty();
    }
    String name = repository + (reference.startsWith("sha256:") ? "@" : ":") + reference;
    Found found = new Found(http.whole(response, Json.MOST, "get the manifest of " + name));
    if (reference.startsWith("sha256:") && !found.digest().equals(reference)) {
      throw Trouble.failed(
          "cannot get the manifest of "
              + name
              + ": registry "
              + host()
              + " sent one of another digest");
    }
    return Optional.of(found);
  }

  /** A manifest as the registry sent it. */
  public static final class Found {
    private final byte[] bytes;

    private Found(byte[] bytes) {
      this.bytes = bytes;
    }

    /** A copy of the contents. */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** Of the contents. */
    public String digest() {
      return "sha256:" + Hashes.ofBytes(bytes);
    }
  }

  /**
   * A small blob.
   *
   * @throws dev.naru.core.NaruException FAILED where it is absent, has another size or digest
   */
  public byte[] blob(String repository, Descriptor blob) {
    String what = "get blob " + blob.digest() + " of " + repository;
    int size = Math.toIntExact(Math.min(blob.size(), Json.MOST));
    byte[] bytes = http.whole(get(repository, blob), size, what);
    if (bytes.length != blob.size() || !Hashes.ofBytes(bytes).equals(blob.hex())) {
      throw Trouble.failed(
          "cannot " + what + ": registry " + host() + " sent one of another digest");
    }
    return bytes;
  }

  private HttpResponse<InputStream> get(String repository, Descriptor blob) {
    String path = repository + "/blobs/" + blob.digest();
    return http.followed(http.send(http.request(path, RegistryHttp.LARGE), repository, "pull"));
  }

  private boolean hasBlob(String repository, Descriptor blob) {
    HttpRequest.Builder request =
        http.request(repository + "/blobs/" + blob.digest(), RegistryHttp.SMALL)
            .method("HEAD", BodyPublishers.noBody());
    HttpResponse<InputStream> response = http.send(request, repository, "pull,push");
    RegistryHttp.body(response);
    return response.statusCode() == 200;
  }

  /** Fetches a blob into the layout; false where the registry does not have it. */
  boolean fetch(String repository, Descriptor blob, Layout layout) {
    HttpResponse<InputStream> response = get(repository, blob);
    if (response.statusCode() == 404) {
      RegistryHttp.body(response);
      return false;
    }
    try (InputStream body = response.body()) {
      http.expect(response, 200, "get blob " + blob.digest() + " of " + repository, new byte[0]);
      Path temporary = layout.temporary();
      try {
        if (!copied(body, blob, temporary)) {
          throw Trouble.failed(
              "cannot use blob "
                  + blob.digest()
                  + " of "
                  + host()
                  + "/"
                  + repository
                  + ": what the registry sent has another digest; have the registry repaired");
        }
        layout.adopt(temporary, blob);
        return true;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw Trouble.of("cannot get blob " + blob.digest() + " from " + host(), e);
    }
  }

  private static boolean copied(InputStream body, Descriptor blob, Path to) throws IOException {
    MessageDigest digest = Hashes.sha256();
    long size = 0;
    try (OutputStream out =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(to)), digest)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = body.read(buffer); n >= 0 && size <= blob.size(); n = body.read(buffer)) {
        out.write(buffer, 0, n);
        size += n;
      }
    }
    return size == blob.size() && Hashes.hex(digest).equals(blob.hex());
  }

  /** Sends a blob of the layout unless the registry has it; true if it was sent. */
  boolean push(String repository, Descriptor blob, Layout layout) {
    if (hasBlob(repository, blob)) {
      return false;
    }
    if (!layout.has(blob)) {
      throw Trouble.failed(
          "cannot push "
              + repository
              + ": blob "
              + blob.digest()
              + " is missing or corrupt in the image layout; run naru build again");
    }
    try {
      upload(repository, blob, BodyPublishers.ofFile(layout.blob(blob.digest())));
      return true;
    } catch (FileNotFoundException e) {
      throw Trouble.of("cannot push to " + host() + "/" + repository, e);
    }
  }

  /** Sends bytes as a blob unless the registry has them. */
  public Descriptor push(String repository, String mediaType, byte[] bytes) {
    Descriptor blob = new Descriptor(mediaType, "sha256:" + Hashes.ofBytes(bytes), bytes.length);
    if (!hasBlob(repository, blob)) {
      upload(repository, blob, BodyPublishers.ofByteArray(bytes));
    }
    return blob;
  }

  private void upload(String repository, Descriptor blob, BodyPublisher contents) {
    HttpRequest.Builder begin =
        http.request(repository + "/blobs/uploads/", RegistryHttp.SMALL)
            .POST(BodyPublishers.noBody());
    HttpResponse<InputStream> begun = http.send(begin, repository, "pull,push");
    http.expect(begun, 202, "push to " + repository, RegistryHttp.body(begun));
    URI place =
        http.own(begun.headers().firstValue("Location").orElse(""), "push to " + repository);
    String and = place.getRawQuery() == null ? "?" : "&";
    String digest = URLEncoder.encode(blob.digest(), StandardCharsets.UTF_8);
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create(place + and + "digest=" + digest))
            .timeout(RegistryHttp.LARGE)
            .header("Content-Type", "application/octet-stream")
            .PUT(contents);
    HttpResponse<InputStream> done = http.send(put, repository, "pull,push");
    http.expect(
        done, 201, "push blob " + blob.digest() + " to " + repository, RegistryHttp.body(done));
  }

  /**
   * Sends a manifest under its digest or a tag.
   *
   * @return whether the registry lists it as a referrer of its subject by itself
   */
  public boolean putManifest(String repository, String reference, String mediaType, byte[] bytes) {
    HttpRequest.Builder request =
        http.request(repository + "/manifests/" + reference, RegistryHttp.SMALL)
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofByteArray(bytes));
    HttpResponse<InputStream> response = http.send(request, repository, "pull,push");
    http.expect(
        response,
        201,
        "push manifest " + reference + " to " + repository,
        RegistryHttp.body(response));
    return response.headers().firstValue("OCI-Subject").isPresent();
  }
}
