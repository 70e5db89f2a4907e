package dev.naru.engine.local.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.naru.core.NaruException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts images into an engine, and finds them there. */
public final class DockerLoader implements AutoCloseable {
  private static final int PIPE = 1 << 16;

  private final Api api;

  /**
   * Asks nobody yet.
   *
   * @param host where the engine listens
   * @param patience for an ordinary answer; loading and pulling may take longer
   */
  public DockerLoader(String host, Duration patience) {
    this.api = new Api(host, patience);
  }

  /**
   * An image that can be put into an engine.
   *
   * @param tag what the engine shall call it, {@code name:tag}
   * @param ids by which engines may know it: the digest of its configuration or of its manifest;
   *     what has the tag and none of them is somebody else's
   * @param archive writes it as an archive, as {@code docker load} takes it
   */
  public record Loadable(String tag, Set<String> ids, Consumer<OutputStream> archive) {
    /** Copies the ids. */
    public Loadable {
      ids = Set.copyOf(ids);
    }
  }

  /** The id of an image in the engine, which is loaded where it is absent. */
  public String ensure(Loadable image) {
    return find(image)
        .orElseGet(() -> {
          load(image);
          return find(image)
              .orElseThrow(() ->
                  new NaruException(
                      NaruException.Code.FAILED,
                      "cannot load image "
                          + image.tag()
                          + ": the engine took it for another one; expected "
                          + String.join(" or ", image.ids())));
        });
  }

  private Optional<String> find(Loadable image) {
    return id(image.tag()).filter(image.ids()::contains);
  }

  private Optional<String> id(String name) {
    return api.call(
        "look at image " + name,
        client -> {
          try {
            InspectImageResponse there = client.inspectImageCmd(name).exec();
            return Optional.ofNullable(there.getId());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private void load(Loadable image) {
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    Optional<NaruException> said = Optional.empty();
    try {
      PipedInputStream in = new PipedInputStream(PIPE);
      PipedOutputStream out = new PipedOutputStream(in);
      Thread writer = Thread.ofPlatform().name("image").start(() -> write(image, out, failure));
      try (in) {
        api.callLong(
            "load image " + image.tag(),
            client -> {
              client.loadImageCmd(in).exec();
              return true;
            });
      } catch (NaruException e) {
        said = Optional.of(e);
      }
      writer.join();
    } catch (IOException e) {
      throw new NaruException(
          NaruException.Code.FAILED, "cannot load image " + image.tag() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(
          NaruException.Code.FAILED, "cannot load image " + image.tag() + ": interrupted", e);
    }
    // An archive that ended early says better why than the engine that missed its end.
    if (said.filter(e -> e.code() == NaruException.Code.ENGINE_UNREACHABLE).isPresent()) {
      throw said.get();
    }
    RuntimeException why = failure.get();
    if (why != null && find(image).isEmpty()) {
      throw why;
    }
    if (said.isPresent()) {
      throw said.get();
    }
  }

  private static void write(
      Loadable image, PipedOutputStream out, AtomicReference<@Nullable RuntimeException> failure) {
    try (out) {
      image.archive().accept(out);
    } catch (RuntimeException e) {
      failure.set(e);
    } catch (IOException e) {
      failure.set(new java.io.UncheckedIOException(e));
    }
  }

  /**
   * The id of an image of a registry, which is pulled where it is absent, with the credentials of
   * {@code docker login}.
   *
   * @param ref {@code registry/name@sha256:...}
   */
  public String pull(String ref) {
    return id(ref)
        .orElseGet(() -> {
          api.callLong(
              "pull " + ref,
              client -> {
                try {
                  client.pullImageCmd(ref).exec(new PullImageResultCallback()).awaitCompletion();
                  return true;
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  throw new NaruException(
                      NaruException.Code.FAILED, "cannot pull " + ref + ": interrupted", e);
                } catch (DockerClientException e) {
                  throw notPulled(
                      ref, Objects.requireNonNullElse(e.getMessage(), "no reason given"), e);
                } catch (NotFoundException | InternalServerErrorException e) {
                  throw notPulled(ref, Api.words(e), e);
                }
              });
          return id(ref)
              .orElseThrow(() ->
                  new NaruException(
                      NaruException.Code.FAILED,
                      "cannot pull " + ref + ": the engine has not got it"));
        });
  }

  private static NaruException notPulled(String ref, String why, RuntimeException e) {
    return new NaruException(
        NaruException.Code.FAILED,
        "cannot pull "
            + ref
            + ": "
            + why
            + "; correct the reference, log in by docker login, or see that the registry answers",
        e);
  }

  @Override
  public void close() {
    api.close();
  }
}
