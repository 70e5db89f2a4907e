package dev.naru.engine.local.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.WaitResponse;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.QuestionText;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about files by a container that runs Naru's own code where the volumes are
 * mounted, with no network and no rights. Its name is made of the question, so that no two answer
 * the same one at the same time.
 */
final class Questions {
  /** Hashing an output takes as long as reading it. */
  private static final long LIMIT_MINUTES = 30;

  private static final Resources RESOURCES = new Resources(new Cpu(1000), Bytes.ofMebibytes(256));

  private final Api api;
  private final Names names;
  private final Recipe recipe;
  private final Containers containers;
  private final DockerVolumes volumes;
  private final DockerLogs logs;
  private final Helpers helpers;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  Questions(
      Api api,
      HomeId home,
      Recipe recipe,
      Helpers helpers,
      Containers containers,
      DockerVolumes volumes,
      DockerLogs logs) {
    this.api = api;
    this.names = new Names(home.id());
    this.recipe = recipe;
    this.containers = containers;
    this.volumes = volumes;
    this.logs = logs;
    this.helpers = helpers;
  }

  Fact answer(Question question) {
    List<String> words = QuestionText.write(question);
    List<Location> locations = QuestionText.locations(question);
    String project = Places.project(locations.getFirst());
    String hash = TreeDigest.ofText(String.join("\n", words)).substring(7, 23);
    String name = names.question(project, hash);
    synchronized (locks.computeIfAbsent(name, _ -> new Object())) {
      try {
        return answer(name, words, mounts(locations), project);
      } catch (NaruException e) {
        return new Fact.Unknown(String.valueOf(e.getMessage()));
      } finally {
        locks.remove(name);
      }
    }
  }

  private List<Mount> mounts(List<Location> locations) {
    Map<String, Mount> mounts = new TreeMap<>();
    for (Location location : locations) {
      String volume = Places.volume(names, location);
      switch (location) {
        case Location.InModels l ->
            volumes.ensure(volume, Tags.role(Tags.Role.MODELS, l.project()));
        case Location.InVolume _ -> volumes.require(volume);
      }
      String target = QuestionText.ROOT + QuestionText.folder(location);
      mounts.put(target, DockerVolumes.mount(volume, target, false));
    }
    return List.copyOf(mounts.values());
  }

  private Fact answer(String name, List<String> words, List<Mount> mounts, String project) {
    // One that a dead control plane left may have looked too early: its answer is not taken.
    String id =
        helpers.make(
            project,
            name,
            List.of("-Xshare:auto"),
            AnswerMain.class,
            words,
            recipe.host(RESOURCES, mounts));
    try {
      return run(id);
    } finally {
      containers.remove(id);
    }
  }

  /** Waits for the end of one container. */
  private static final class End extends ResultCallback.Adapter<WaitResponse> {
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Integer code;

    @Override
    public void onNext(WaitResponse response) {
      code = response.getStatusCode();
      over.countDown();
    }

    @Override
    public void onError(Throwable throwable) {
      over.countDown();
    }

    @Override
    public void onComplete() {
      super.onComplete();
      over.countDown();
    }
  }

  private Fact run(String id) {
    try (End end = new End()) {
      // Waiting for one that is not yet started would be over at once.
      containers.start(id);
      api.run("wait for an answer", _ -> api.streams().waitContainerCmd(id).exec(end));
      if (!end.over.await(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        return new Fact.Unknown("no answer within " + LIMIT_MINUTES + " minutes");
      }
      return read(id, end.code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Fact.Unknown("interrupted");
    } catch (IOException e) {
      return new Fact.Unknown(String.valueOf(e.getMessage()));
    }
  }

  private Fact read(String id, @Nullable Integer code) {
    List<Fact> facts = new ArrayList<>();
    List<String> said = new ArrayList<>();
    logs.read(
        id,
        -1,
        false,
        false,
        line -> {
          Optional<Fact> fact = QuestionText.readFact(line);
          fact.ifPresent(facts::add);
          said.add(line);
          return said.size() < 100;
        });
    if (facts.size() == 1) {
      return facts.getFirst();
    }
    return new Fact.Unknown(
        "the container for the answer ended with "
            + code
            + (said.isEmpty() ? "" : ": " + said.getFirst()));
  }
}
