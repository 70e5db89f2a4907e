package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.Mount;
import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.secret.Secrets;
import dev.naru.engine.local.SecretWords;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import dev.naru.spec.TreeDigest;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The secrets of a group, in a volume of its own that is a tmpfs: the engine mounts it while a
 * container that has it runs, and nothing of it is ever on a disk, in an image or in what the
 * engine tells of a container. A program finds its files there before its first instruction, so
 * while members are started another container holds the volume mounted, and the files are put into
 * it through that. When the last container has ended, they are gone by themselves.
 */
final class DockerSecrets {
  /** Where a member has them. */
  static final String FOLDER = "/naru/secrets";

  /** For the values of the most secrets of the greatest size, and their names. */
  private static final String OPTIONS = "size=4m,mode=0700,uid=65532,gid=65532,nosuid,nodev,noexec";

  private static final Resources RESOURCES = new Resources(new Cpu(100), Bytes.ofMebibytes(64));

  private final Api api;
  private final Names names;
  private final Recipe recipe;
  private final Containers containers;
  private final DockerVolumes volumes;
  private final Helpers helpers;
  private final Secrets secrets;
  private final Map<GroupId, String> waiting = new ConcurrentHashMap<>();

  DockerSecrets(
      Api api,
      HomeId home,
      Recipe recipe,
      Helpers helpers,
      Containers containers,
      DockerVolumes volumes,
      Secrets secrets) {
    this.api = api;
    this.names = new Names(home.id());
    this.recipe = recipe;
    this.containers = containers;
    this.volumes = volumes;
    this.helpers = helpers;
    this.secrets = secrets;
  }

  /** The line with the values that a project has now hidden. */
  String redact(String project, String line) {
    return secrets.redactor(project).redact(line);
  }

  Optional<String> trouble(String project, String name) {
    return SecretWords.trouble(secrets, project, name);
  }

  /** What a group waits for, in words; empty where for nothing. */
  String message(GroupId id) {
    return waiting.getOrDefault(id, "");
  }

  /** What a member has mounted; the volume is made where it is absent. */
  Mount mount(GroupId id) {
    String name = names.secrets(id);
    Map<String, String> labels = Tags.role(Tags.Role.SECRETS, id.project());
    volumes.ensureMemory(name, labels, OPTIONS);
    return DockerVolumes.mount(name, FOLDER, true);
  }

  /** The volume of a group goes with it. */
  void remove(GroupId id) {
    waiting.remove(id);
    volumes.remove(names.secrets(id));
  }

  /** Keeps the files where they are until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Puts the files of a group in place, for members that are started before it is closed.
   *
   * @return empty where a secret is missing; {@link #message} says which
   */
  Optional<Held> hold(GroupId id, List<SecretFile> files) {
    if (files.isEmpty()) {
      return Optional.of(() -> {});
    }
    List<Tar.Entry> entries = new ArrayList<>();
    for (SecretFile file : files) {
      Optional<byte[]> value = value(id, file.name());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      entries.add(Tar.secret(file.path(), value.get()));
    }
    waiting.remove(id);
    String holder = start(id);
    try {
      api.run(
          "write the secrets of " + id,
          client ->
              client
                  .copyArchiveToContainerCmd(holder)
                  .withRemotePath(FOLDER)
                  .withTarInputStream(new ByteArrayInputStream(Tar.of(entries)))
                  .exec());
      return Optional.of(() -> containers.remove(holder));
    } catch (RuntimeException e) {
      containers.remove(holder);
      throw e;
    }
  }

  private Optional<byte[]> value(GroupId id, String name) {
    try {
      Optional<byte[]> value = secrets.value(id.project(), name);
      if (value.isEmpty()) {
        waiting.put(id, SecretWords.missing(id.project(), name));
      }
      return value;
    } catch (NaruException e) {
      waiting.put(id, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private String start(GroupId id) {
    String hash = TreeDigest.ofText("secrets of " + id).substring(7, 23);
    String name = names.question(id.project(), hash);
    Mount mount = DockerVolumes.mount(names.secrets(id), FOLDER, false);
    String made =
        helpers.make(
            id.project(),
            name,
            List.of("-Xmx8m"),
            HoldMain.class,
            List.of(),
            recipe.host(RESOURCES, List.of(mount)));
    containers.start(made);
    return made;
  }
}
