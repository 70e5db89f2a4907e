package dev.naru.engine.local.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.engine.VolumeFiles;
import dev.naru.engine.local.VolumeArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies files into Docker volumes and out of them, through a hatch: a container that is never
 * started. The engine resolves links within that container, so what is copied over one would be
 * lost in it, or be a file of its image: folders are looked at first. The engine lets nobody look
 * at a container while it copies to or from it, so that is done through a second hatch.
 */
final class DockerCopies {
  /** Bits of Go's file modes. */
  private static final long FOLDER = 1L << 31;

  private static final long LINK = 1L << 27;
  private static final int PIPE_BYTES = 256 << 10;

  private final Api api;
  private final DockerVolumes volumes;

  DockerCopies(Api api, DockerVolumes volumes) {
    this.api = api;
    this.volumes = volumes;
  }

  /**
   * @param name the engine's name of the volume
   */
  void in(String name, InputStream tar) {
    volumes.through(
        name,
        hatch ->
            volumes.through(
                name,
                eye -> {
                  copyIn(name, hatch, eye, tar);
                  return true;
                }));
  }

  /** One thread checks and rewrites the archive, the other hands it to the engine. */
  private void copyIn(String name, String hatch, String eye, InputStream tar) {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (PipedInputStream rewritten = new PipedInputStream(PIPE_BYTES)) {
      PipedOutputStream pipe = new PipedOutputStream(rewritten);
      Thread writer =
          Thread.startVirtualThread(() -> {
            try (TarArchiveOutputStream out = VolumeArchive.writer(pipe)) {
              VolumeArchive.read(tar, new Rewriting(eye, out));
            } catch (IOException | RuntimeException e) {
              failure.compareAndSet(null, e);
              close(pipe);
            }
          });
      try {
        api.callLong(
            "copy to volume " + name,
            client ->
                client
                    .copyArchiveToContainerCmd(hatch)
                    .withRemotePath(DockerVolumes.HATCH)
                    .withNoOverwriteDirNonDir(true)
                    .withTarInputStream(rewritten)
                    .exec());
      } catch (NaruException e) {
        // The writer may wait for a reader that has gone.
        close(rewritten);
        writer.join();
        throw said(failure.get(), e);
      }
      writer.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(NaruException.Code.FAILED, "cannot copy: interrupted", e);
    }
    if (failure.get() != null) {
      throw said(failure.get(), new NaruException(NaruException.Code.FAILED, "cannot copy"));
    }
  }

  private static void close(java.io.Closeable pipe) {
    try {
      pipe.close();
    } catch (IOException e) {
      return; // the other end is gone: nothing is left to be said to it
    }
  }

  /** What the archive is refused for says more than what the engine made of its rest. */
  private static RuntimeException said(@Nullable Exception own, NaruException engine) {
    if (own instanceof NaruException refused) {
      return refused;
    }
    String words = String.valueOf(engine.getMessage());
    if (words.contains("non-directory")) {
      return new NaruException(
          NaruException.Code.CONFLICT,
          "cannot copy: a file and a folder would have one name; choose another path: " + words,
          engine);
    }
    return engine;
  }

  /** The same archive, as it may be unpacked: every entry belongs to {@link Recipe#USER}. */
  private final class Rewriting implements VolumeArchive.Target {
    private final String eye;
    private final TarArchiveOutputStream out;
    private final Set<String> seen = new HashSet<>();

    Rewriting(String eye, TarArchiveOutputStream out) {
      this.eye = eye;
      this.out = out;
    }

    @Override
    public void folder(String path) throws IOException {
      for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
        one(path.substring(0, at));
      }
      one(path);
    }

    private void one(String path) throws IOException {
      if (!seen.add(path)) {
        return;
      }
      Optional<JsonNode> there = api.stat(eye, DockerVolumes.HATCH + "/" + path);
      if (there.isPresent()) {
        long mode = there.get().path("mode").asLong();
        if ((mode & LINK) != 0) {
          throw VolumeFiles.link(path);
        }
        if ((mode & FOLDER) == 0) {
          throw VolumeFiles.otherKind(path);
        }
        return;
      }
      put(VolumeArchive.folder(path));
    }

    private void put(TarArchiveEntry entry) throws IOException {
      entry.setIds(Tar.ID, Tar.ID);
      out.putArchiveEntry(entry);
      if (entry.isDirectory()) {
        out.closeArchiveEntry();
      }
    }

    @Override
    public void file(String path, boolean executable, long size, InputStream contents)
        throws IOException {
      int slash = path.lastIndexOf('/');
      if (slash > 0) {
        folder(path.substring(0, slash));
      }
      put(VolumeArchive.file(path, executable, size));
      contents.transferTo(out);
      out.closeArchiveEntry();
    }
  }

  /**
   * @param name the engine's name of the volume
   * @param volume its name in the file
   */
  void out(String name, String volume, String path, OutputStream out) {
    String inside = VolumeFiles.inside(path);
    volumes.through(
        name,
        hatch -> {
          String whole = DockerVolumes.HATCH + (inside.isEmpty() ? "" : "/" + inside);
          check(hatch, volume, path, inside);
          return api.callLong(
              "copy from volume " + volume,
              client -> {
                try (InputStream in = client.copyArchiveFromContainerCmd(hatch, whole).exec()) {
                  rename(in, VolumeFiles.base(volume, inside), new Source(name, whole), out);
                  return true;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
        });
  }

  private void check(String hatch, String volume, String path, String inside) {
    for (int at = inside.indexOf('/'); at >= 0; at = inside.indexOf('/', at + 1)) {
      check(hatch, volume, path, inside.substring(0, at), true);
    }
    if (!inside.isEmpty()) {
      check(hatch, volume, path, inside, false);
    }
  }

  private void check(String hatch, String volume, String path, String part, boolean folder) {
    long mode =
        api.stat(hatch, DockerVolumes.HATCH + "/" + part)
            .orElseThrow(() -> VolumeFiles.absent(volume, path))
            .path("mode")
            .asLong();
    if ((mode & LINK) != 0) {
      throw VolumeFiles.link(part);
    }
    if (folder && (mode & FOLDER) == 0) {
      throw VolumeFiles.absent(volume, path);
    }
  }

  /** Where an archive is from: a volume, and a path of its hatches. */
  private record Source(String volume, String path) {}

  /** A file with two names is whole under its first one only; asked for alone it is whole too. */
  private void second(Source source, String below, String name, TarArchiveOutputStream to)
      throws IOException {
    String path = source.path() + below;
    Optional<IOException> failure =
        volumes.through(
            source.volume(),
            hatch -> {
              try (InputStream in = api.streams().copyArchiveFromContainerCmd(hatch, path).exec();
                  TarArchiveInputStream from = new TarArchiveInputStream(in)) {
                TarArchiveEntry e = from.getNextEntry();
                to.putArchiveEntry(
                    VolumeArchive.file(name, VolumeArchive.isExecutable(e), e.getSize()));
                from.transferTo(to);
                return Optional.empty();
              } catch (IOException e) {
                return Optional.of(e);
              }
            });
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** The engine's archive under another first name, without what is no file, folder or link. */
  private void rename(InputStream in, String base, Source source, OutputStream out)
      throws IOException {
    TarArchiveInputStream from = new TarArchiveInputStream(in);
    TarArchiveOutputStream to = VolumeArchive.writer(out);
    for (TarArchiveEntry e = from.getNextEntry(); e != null; e = from.getNextEntry()) {
      String old = e.getName().endsWith("/") ? e.getName().replaceAll("/+$", "") : e.getName();
      int slash = old.indexOf('/');
      String name = slash < 0 ? base : base + old.substring(slash);
      if (e.isSymbolicLink()) {
        to.putArchiveEntry(VolumeArchive.link(name, e.getLinkName()));
      } else if (e.isDirectory()) {
        to.putArchiveEntry(VolumeArchive.folder(name));
      } else if (e.isLink()) {
        second(source, slash < 0 ? "" : old.substring(slash), name, to);
      } else if (e.isFile()) {
        to.putArchiveEntry(VolumeArchive.file(name, VolumeArchive.isExecutable(e), e.getSize()));
        from.transferTo(to);
      } else {
        continue;
      }
      to.closeArchiveEntry();
    }
    to.finish();
    to.flush();
  }
}
