package dev.naru.server.programs;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Program;
import dev.naru.engine.local.Images;
import dev.naru.engine.local.docker.DockerImages;
import dev.naru.engine.local.docker.DockerLoader;
import dev.naru.engine.local.docker.DockerLoader.Loadable;
import dev.naru.image.Descriptor;
import dev.naru.image.ImageArchive;
import dev.naru.image.ImageBuilder;
import dev.naru.image.ImageSettings;
import dev.naru.image.Layout;
import dev.naru.image.Lock;
import dev.naru.image.SystemImages;
import dev.naru.image.trust.Gate;
import dev.naru.image.trust.ModelSigner;
import dev.naru.server.trust.ImageTrust;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the containers of a home are made of: images built from the kept copies, and Naru's own.
 * They are kept in the layout of the home and put into the engine where it lacks them, so that
 * neither an engine that was cleared nor a cache that was removed is the end of a workload.
 */
public final class ContainerImages implements DockerImages, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerImages.class);

  /** File of a kept copy that holds the ref of a base. */
  private static final String BASE = "base";

  /** What a kept copy calls its image, also in its lock. */
  private static final String NAME = "image";

  private final Path home;
  private final ModelSigner signer;
  private final Optional<Path> dist;
  private final ImageTrust trust;
  private final DockerLoader loader;
  private final Images kept;
  private final ImageBuilder builder;
  private final Layout layout;
  private final Map<String, ReentrantLock> making = new ConcurrentHashMap<>();

  /**
   * For a home.
   *
   * @param settings where images are built and kept
   * @param dist the folder that the launcher built, with the class path of Naru's own image
   * @param trust lets images of registries pass; what is built here is the home's own
   * @param loader closed with this
   */
  public ContainerImages(
      Path home,
      ImageSettings settings,
      Optional<Path> dist,
      ImageTrust trust,
      DockerLoader loader) {
    this.home = home;
    this.signer = new ModelSigner(home, Clock.systemUTC());
    this.dist = dist;
    this.trust = trust;
    this.loader = loader;
    this.kept = Images.of(home);
    this.builder = new ImageBuilder(settings);
    this.layout = builder.layout();
  }

  @Override
  public SortedMap<String, String> recipe(Image image, Path folder) {
    SortedMap<String, String> more = new TreeMap<>();
    image.spec().base().flatMap(Image.Base::ref).ifPresent(ref -> more.put(BASE, ref + "\n"));
    Optional<Lock> lock = Lock.read(folder);
    builder
        .locked(image, folder, lock)
        .ifPresent(locked -> {
          SortedMap<String, dev.naru.image.LockedImage> one = new TreeMap<>();
          one.put(NAME, locked);
          more.put(Lock.FILE, new Lock(lock.orElseThrow().platform(), one).text());
        });
    return more;
  }

  @Override
  public void prepare(String digest) {
    ofCopy(digest);
    ownImageId();
  }

  @Override
  public String imageIdFor(Program program) {
    return switch (program) {
      case Program.OfImage p ->
          ref(p.digest()).map(this::pulled).orElseGet(() -> ofCopy(p.digest()));
      case Program.ModelServer _, Program.Gateway _ -> ownImageId();
    };
  }

  /** The id of an image that may start; each start asks, so that a change of trust counts. */
  private String pulled(String ref) {
    Gate.Passed passed = trust.admit(ref);
    return trust.same(passed, loader.pull(passed.ref().toString()));
  }

  /** The image of a kept copy, in the engine. */
  private String ofCopy(String digest) {
    return put("kept/" + hex(digest), () -> build(digest));
  }

  /**
   * Puts what the layout knows by a name into the engine.
   *
   * @param make makes it and gives its manifest's digest
   */
  private String put(String name, Supplier<String> make) {
    ReentrantLock turn = making.computeIfAbsent(name, _ -> new ReentrantLock());
    turn.lock();
    try {
      String manifest =
          layout
              .find(name)
              .map(Descriptor::digest)
              .filter(d -> layout.configOf(d).isPresent())
              .orElseGet(() -> made(name, make));
      try {
        return loader.ensure(loadable(manifest));
      } catch (NaruException e) {
        if (e.code() == Code.ENGINE_UNREACHABLE || layout.configOf(manifest).isPresent()) {
          throw e;
        }
        // A blob was found corrupt while it was sent, and removed: it is made again, once.
        LOG.warn("{}", e.getMessage());
        return loader.ensure(loadable(made(name, make)));
      }
    } finally {
      turn.unlock();
    }
  }

  private String made(String name, Supplier<String> make) {
    String manifest = make.get();
    layout.tag(name, manifest);
    return manifest;
  }

  private Loadable loadable(String manifest) {
    String config =
        layout
            .configOf(manifest)
            .orElseThrow(() ->
                new NaruException(
                    Code.FAILED,
                    "cannot use image " + manifest + " of " + layout.root() + ": it is not whole"));
    String tag = "naru/image:" + hex(manifest).substring(0, 12);
    return new Loadable(
        tag,
        Set.of(config, manifest),
        out -> new ImageArchive(layout).write(manifest, Optional.of(tag), out));
  }

  private String build(String digest) {
    Path folder = kept.kept(digest);
    try {
      Image image = image(folder);
      return builder
          .build(
              "kept",
              image,
              folder,
              Lock.read(folder),
              step -> LOG.info("image {}: {}", digest, step))
          .digest();
    } catch (IOException e) {
      throw new NaruException(
          Code.FAILED,
          "cannot build the image of the kept copy "
              + folder
              + ": "
              + e
              + "; naru up with a changed file makes a new one",
          e);
    }
  }

  /** The Image as a kept copy tells it. */
  private static Image image(Path folder) throws IOException {
    String[] runtime = Files.readString(folder.resolve(Images.RUNTIME)).strip().split(" ", 2);
    boolean java = runtime[0].equals("java");
    Path requirements = folder.resolve(Images.REQUIREMENTS);
    Image.RunsOn runsOn =
        java
            ? new Image.RunsOn(
                Optional.of(Integer.valueOf(runtime[1])), Optional.empty(), Optional.empty())
            : new Image.RunsOn(
                Optional.empty(),
                Optional.of(runtime[1]),
                Files.exists(requirements) ? Optional.of(Images.REQUIREMENTS) : Optional.empty());
    Path base = folder.resolve(BASE);
    Optional<Image.Base> ref =
        Files.exists(base)
            ? Optional.of(
                new Image.Base(Optional.of(Files.readString(base).strip()), Optional.empty()))
            : Optional.empty();
    return new Image(
        new Metadata(NAME, Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            Optional.of(runsOn),
            Optional.of(java ? Images.JAR : Images.SOURCE),
            Optional.empty(),
            ref,
            Optional.empty()));
  }

  @Override
  public void keepRef(String ref) {
    pulled(ref);
    String digest = ref.substring(ref.indexOf('@') + 1);
    try {
      Files.createDirectories(refs());
      Path file = refs().resolve(hex(digest));
      Path temporary = Files.createTempFile(refs(), ".", "");
      Files.writeString(temporary, ref + "\n");
      Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new NaruException(Code.FAILED, "cannot write into " + refs() + ": " + e, e);
    }
  }

  private Path refs() {
    return home.resolve("images/refs");
  }

  private Optional<String> ref(String digest) {
    Path file = refs().resolve(hex(digest));
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new NaruException(Code.FAILED, "cannot read " + file + ": " + e, e);
    }
  }

  @Override
  public String ownImageId() {
    Path folder =
        dist.orElseThrow(() ->
            new NaruException(
                Code.FAILED,
                "cannot make Naru's own image: this control plane was not started from a build of"
                    + " the launcher ./naru"));
    // The launcher names a build's folder by the hash of its sources.
    String build = hex(TreeDigest.ofText(folder.toString()));
    return put(
        "own/" + build,
        () ->
            new SystemImages(builder)
                .build(folder, step -> LOG.info("Naru's own image: {}", step))
                .digest());
  }

  @Override
  public List<String> modelServer(
      Program.ModelServer program, String directory, int port, Resources resources) {
    return words(
        ServingWords.modelServerOptions(resources),
        ServingWords.with(
            ServingWords.modelServer(program, directory, port, signer.accepted()),
            "--host",
            "0.0.0.0"));
  }

  @Override
  public List<String> gateway(
      Program.Gateway program, String directory, String adminAddress, Resources resources) {
    return words(
        // All of it has room in the container's memory.
        ServingWords.with(ServingWords.gatewayOptions(), "-XX:MaxDirectMemorySize=96m"),
        ServingWords.with(
            ServingWords.gateway(program, directory, directory + "/token"),
            "--host",
            "0.0.0.0",
            "--admin-host",
            adminAddress));
  }

  /** The runtime in the image has an archive of its classes for headers of the usual size only. */
  private static List<String> words(List<String> options, List<String> arguments) {
    List<String> words = ServingWords.with(options, "-XX:-UseCompactObjectHeaders");
    words.addAll(arguments);
    return words;
  }

  @Override
  public Map<String, byte[]> gatewayFiles() {
    Path token = home.resolve("token");
    try {
      return Map.of("token", Files.readAllBytes(token));
    } catch (IOException e) {
      throw new NaruException(Code.FAILED, "cannot read " + token + ": " + e, e);
    }
  }

  private static String hex(String digest) {
    return digest.substring("sha256:".length());
  }

  @Override
  public void close() {
    loader.close();
  }
}
