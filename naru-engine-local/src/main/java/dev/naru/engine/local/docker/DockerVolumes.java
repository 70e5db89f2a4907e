package dev.naru.engine.local.docker;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.naru.core.NaruException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The volumes of this home. A new one belongs to root, so its root directory is given to {@link
 * Recipe#USER} once, through a container that is made for that and never started: no program of
 * anybody runs with more rights than it should.
 */
final class DockerVolumes {
  /** Where a hatch has its volume. */
  static final String HATCH = "/volume";

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Api api;
  private final HomeId home;
  private final Names names;
  private final DockerImages images;
  private final Set<String> ready = ConcurrentHashMap.newKeySet();

  DockerVolumes(Api api, HomeId home, DockerImages images) {
    this.api = api;
    this.home = home;
    this.names = new Names(home.id());
    this.images = images;
  }

  /** Makes a volume where it is absent; this home's own is all it accepts under that name. */
  synchronized void ensure(String name, Map<String, String> labels) {
    if (ready.contains(name) && find(name).isPresent()) {
      return;
    }
    InspectVolumeResponse made =
        find(name)
            .orElseGet(() ->
                api.call(
                    "make volume " + name,
                    client -> {
                      client
                          .createVolumeCmd()
                          .withName(name)
                          .withDriver("local")
                          .withLabels(home.sign(name, labels))
                          .exec();
                      return client.inspectVolumeCmd(name).exec();
                    }));
    if (!home.owns(name, labels(made))) {
      throw new NaruException(
          NaruException.Code.CONFLICT,
          "cannot use volume " + name + ": it was not made by this home; rename or remove it");
    }
    through(
        name,
        hatch ->
            api.callLong(
                "give volume " + name + " to its users",
                client ->
                    client
                        .copyArchiveToContainerCmd(hatch)
                        .withRemotePath("/")
                        .withTarInputStream(
                            new ByteArrayInputStream(
                                Tar.of(List.of(Tar.directory(HATCH.substring(1))))))
                        .exec()));
    ready.add(name);
  }

  /**
   * Makes a volume that is in memory while a container that has it runs; absent it is made.
   *
   * @param options of the tmpfs
   */
  synchronized void ensureMemory(String name, Map<String, String> labels, String options) {
    InspectVolumeResponse made =
        find(name)
            .orElseGet(() ->
                api.call(
                    "make volume " + name,
                    client -> {
                      client
                          .createVolumeCmd()
                          .withName(name)
                          .withDriver("local")
                          .withDriverOpts(Map.of("type", "tmpfs", "device", "tmpfs", "o", options))
                          .withLabels(home.sign(name, labels))
                          .exec();
                      return client.inspectVolumeCmd(name).exec();
                    }));
    if (!home.owns(name, labels(made))) {
      throw new NaruException(
          NaruException.Code.CONFLICT,
          "cannot use volume " + name + ": it was not made by this home; rename or remove it");
    }
  }

  /** The engine would make a volume that is absent, and nobody would know whose it is. */
  void require(String name) {
    if (find(name).filter(v -> home.owns(name, labels(v))).isEmpty()) {
      throw new NaruException(
          NaruException.Code.NOT_FOUND, "there is no volume " + name + " of this home");
    }
  }

  static Map<String, String> labels(InspectVolumeResponse volume) {
    return volume.getLabels() == null ? Map.of() : volume.getLabels();
  }

  private Optional<InspectVolumeResponse> find(String name) {
    return api.call(
        "look at volume " + name,
        client -> {
          try {
            return Optional.of(client.inspectVolumeCmd(name).exec());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /** The names of a project's Volumes. */
  Set<String> of(String project) {
    List<InspectVolumeResponse> all =
        api.call(
            "list the volumes",
            client ->
                client
                    .listVolumesCmd()
                    .withFilter("label", List.of(Tags.HOME + "=" + home.id()))
                    .exec()
                    .getVolumes());
    Set<String> found = new TreeSet<>();
    for (InspectVolumeResponse volume : all == null ? List.<InspectVolumeResponse>of() : all) {
      Map<String, String> labels = labels(volume);
      if (Tags.is(Tags.Role.VOLUME, labels)
          && project.equals(labels.get(Tags.PROJECT))
          && home.owns(volume.getName(), labels)) {
        found.add(labels.getOrDefault(Tags.VOLUME, ""));
      }
    }
    return found;
  }

  /** Removes a volume of this home and all that is in it. */
  synchronized void remove(String name) {
    ready.remove(name);
    Optional<InspectVolumeResponse> there = find(name);
    if (there.isEmpty() || !home.owns(name, labels(there.get()))) {
      return;
    }
    api.run(
        "remove volume " + name,
        client -> {
          try {
            client.removeVolumeCmd(name).exec();
          } catch (NotFoundException e) {
            return;
          } catch (ConflictException e) {
            throw new NaruException(
                NaruException.Code.CONFLICT,
                "cannot remove volume " + name + ": it is in use: " + Api.words(e),
                e);
          }
        });
  }

  /** Does something with the id of a container that has the volume at {@link #HATCH}. */
  <T> T through(String volume, Function<String, T> work) {
    String name = names.hatch(volume, System.nanoTime() + NUMBERS.incrementAndGet());
    String image = images.ownImageId();
    String id =
        api.call(
            "reach volume " + volume,
            client ->
                client
                    .createContainerCmd(image)
                    .withName(name)
                    .withLabels(home.sign(name, Tags.role(Tags.Role.HATCH)))
                    .withUser(Recipe.USER)
                    .withEntrypoint(List.of("/never-started"))
                    .withHostConfig(
                        HostConfig.newHostConfig()
                            .withNetworkMode("none")
                            .withMounts(List.of(mount(volume, HATCH, false))))
                    .exec()
                    .getId());
    try {
      return work.apply(id);
    } finally {
      api.run("let go of volume " + volume, client -> client.removeContainerCmd(id).exec());
    }
  }

  static Mount mount(String volume, String target, boolean readOnly) {
    return new Mount()
        .withType(MountType.VOLUME)
        .withSource(volume)
        .withTarget(target)
        .withReadOnly(readOnly)
        .withVolumeOptions(new VolumeOptions().withNoCopy(true));
  }

  /** Unpacks a tar archive of our own into a volume. */
  void unpack(String volume, InputStream tar) {
    through(
        volume,
        hatch ->
            api.callLong(
                "write to volume " + volume,
                client ->
                    client
                        .copyArchiveToContainerCmd(hatch)
                        .withRemotePath(HATCH)
                        .withTarInputStream(tar)
                        .exec()));
  }
}
