package dev.naru.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends images of the layout to a registry: what it has already is not sent again. */
public final class Pusher {
  private final Layout layout;
  private final ImageSettings settings;

  /** From a layout. */
  public Pusher(Layout layout, ImageSettings settings) {
    this.layout = layout;
    this.settings = settings;
  }

  /**
   * An image in a registry.
   *
   * @param ref {@code HOST/PREFIX/<image>@sha256:…}
   * @param sent bytes of the blobs that the registry did not have
   */
  public record Pushed(String ref, long sent) {}

  /**
   * Sends an image as {@code PREFIX/<image>}, reachable by its digest and, until the next push, as
   * {@code latest}.
   */
  public Pushed push(BuiltImage image, RegistryPlace place, Progress progress) {
    Registry registry = new Registry(place.host(), settings.plainHttp());
    String repository = place.repository(image.name());
    byte[] manifest = layout.read(image.digest(), Json.MOST);
    long sent = blobs(registry, repository, blobs(manifest).stream().distinct().toList(), progress);
    registry.putManifest(repository, "latest", Descriptor.MANIFEST, manifest);
    return new Pushed(place.host() + "/" + repository + "@" + image.digest(), sent);
  }

  /** At once: asking a registry takes longer than what it has to answer. */
  private long blobs(
      Registry registry, String repository, List<Descriptor> blobs, Progress progress) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (Descriptor blob : blobs) {
        all.add(threads.submit(() -> registry.push(repository, blob, layout)));
      }
      long sent = 0;
      for (int i = 0; i < all.size(); i++) {
        Descriptor blob = blobs.get(i);
        if (all.get(i).get()) {
          progress.step("sent " + blob.digest() + ", " + blob.size() + " bytes");
          sent += blob.size();
        }
      }
      return sent;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof NaruException known
          ? known
          : new IllegalStateException("cannot push " + repository, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Trouble.failed("cannot push " + repository + ": interrupted");
    }
  }

  /** Layers first: a registry refuses a manifest whose blobs it lacks. */
  static List<Descriptor> blobs(byte[] manifest) {
    try {
      JsonNode read = Json.MAPPER.readTree(manifest);
      List<Descriptor> blobs = new ArrayList<>();
      read.path("layers").forEach(l -> blobs.add(descriptor(l)));
      blobs.add(descriptor(read.path("config")));
      return blobs;
    } catch (IOException e) {
      throw Trouble.failed("cannot read a manifest of the layout; run naru build again");
    }
  }

  private static Descriptor descriptor(JsonNode node) {
    return new Descriptor(
        node.path("mediaType").asText(), node.path("digest").asText(), node.path("size").asLong());
  }
}
