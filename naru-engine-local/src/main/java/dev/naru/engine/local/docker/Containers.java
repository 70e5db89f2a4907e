package dev.naru.engine.local.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers of this home: what is there, and the few things that are done to one. */
final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  private static final long LEFT_OVER_SECONDS = 600;

  private final Api api;
  private final HomeId home;
  private final Names names;

  Containers(Api api, HomeId home) {
    this.api = api;
    this.home = home;
    this.names = new Names(home.id());
  }

  /**
   * One of ours.
   *
   * @param id the engine's id of it
   * @param name its name
   * @param image id of its image
   * @param state {@code created}, {@code running}, {@code exited}, {@code dead}, ...
   * @param labels what it is
   * @param created when it was made, in seconds since 1970
   */
  record Known(
      String id,
      String name,
      String image,
      String state,
      Map<String, String> labels,
      long created) {
    boolean is(Tags.Role role) {
      return Tags.is(role, labels);
    }

    boolean runs() {
      return state.equals("running") || state.equals("paused") || state.equals("restarting");
    }
  }

  /** All of this home. */
  List<Known> all() {
    return list(Map.of(Tags.HOME, home.id()));
  }

  /** Those of a group: members and marks. */
  List<Known> of(GroupId id) {
    return list(Map.of(Tags.HOME, home.id(), Tags.GROUP, id.toString()));
  }

  private List<Known> list(Map<String, String> labels) {
    List<Container> found =
        api.call(
            "list the containers",
            client -> client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
    List<Known> known = new ArrayList<>();
    for (Container c : found) {
      String[] given = c.getNames();
      if (given != null && given.length > 0) {
        String name = given[0].substring(1);
        if (home.owns(name, c.getLabels())) {
          known.add(
              new Known(
                  c.getId(),
                  name,
                  Objects.requireNonNullElse(c.getImageId(), ""),
                  c.getState(),
                  c.getLabels(),
                  Objects.requireNonNullElse(c.getCreated(), Long.MAX_VALUE)));
        }
      }
    }
    return known;
  }

  /**
   * Removes what a control plane that died left of its questions and hatches. None that is in use
   * is that old and does not run, but a hatch through which very much is copied.
   */
  void sweep(List<Known> all, long nowSeconds) {
    all.stream()
        .filter(c -> c.is(Tags.Role.HATCH) || c.is(Tags.Role.QUESTION))
        .filter(c -> !c.runs() && c.created() < nowSeconds - LEFT_OVER_SECONDS)
        .forEach(c -> remove(c.id()));
  }

  /** By group. */
  static Map<GroupId, List<Known>> byGroup(List<Known> all) {
    Map<GroupId, List<Known>> groups = new HashMap<>();
    for (Known c : all) {
      if (c.labels().containsKey(Tags.GROUP)) {
        groups.computeIfAbsent(Tags.group(c.labels()), _ -> new ArrayList<>()).add(c);
      }
    }
    return groups;
  }

  /** Makes a container; something that may be done twice. */
  interface Making {
    String make(DockerClient client);
  }

  /**
   * Makes a container, or finds that this home has made it before.
   *
   * @return its id
   */
  String make(String name, Making making) {
    return api.call(
        "make container " + name,
        client -> {
          try {
            return making.make(client);
          } catch (ConflictException e) {
            return adopt(client, name, e);
          }
        });
  }

  private String adopt(DockerClient client, String name, ConflictException e) {
    var there = client.inspectContainerCmd(name).exec();
    Map<String, String> labels = there.getConfig().getLabels();
    if (labels == null || !home.owns(name, labels)) {
      throw new NaruException(
          NaruException.Code.CONFLICT,
          "cannot make container "
              + name
              + ": there is one of that name which this home did not make; rename or remove it",
          e);
    }
    return there.getId();
  }

  /** Writes down that a member was asked to stop: a container that is never started. */
  void markAsked(GroupId id, Member member, String image, long deadlineMillis) {
    mark(names.asked(id, member), image, Tags.asked(id, member, deadlineMillis));
  }

  /** Writes down that a group is to be removed. */
  void markRemoved(GroupId id, String image, long deadlineMillis) {
    mark(names.removed(id, deadlineMillis), image, Tags.removed(id, deadlineMillis));
  }

  private void mark(String name, String image, Map<String, String> labels) {
    Map<String, String> signed = home.sign(name, labels);
    make(
        name,
        client ->
            Recipe.create(client, image, name, signed)
                .withEntrypoint(List.of("/never-started"))
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId());
  }

  /** Whether nobody has tried to start it: one that could not be started says why. */
  boolean untouched(String id) {
    return api.call(
        "look at a container",
        client -> {
          try {
            String error = client.inspectContainerCmd(id).exec().getState().getError();
            return error == null || error.isEmpty();
          } catch (NotFoundException e) {
            return false;
          }
        });
  }

  /**
   * Starts a container; it may have been started already. Why one cannot be started is what the
   * engine remembers of it.
   */
  void start(String id) {
    api.callLong(
        "start a container",
        client -> {
          try {
            client.startContainerCmd(id).exec();
            return true;
          } catch (NotModifiedException | NotFoundException e) {
            return false;
          } catch (DockerException e) {
            LOG.info("a container cannot be started: {}", Api.words(e));
            return false;
          }
        });
  }

  /** Asks a container to stop and waits, at most that long, before it is killed. */
  void stop(String id, int seconds) {
    api.callLong(
        "stop a container",
        client -> {
          try {
            client.stopContainerCmd(id).withTimeout(seconds).exec();
          } catch (NotModifiedException | NotFoundException e) {
            return false;
          }
          return true;
        });
  }

  /** SIGKILL; false where it does not run. */
  boolean kill(String id) {
    return api.call(
        "kill a container",
        client -> {
          try {
            client.killContainerCmd(id).withSignal("SIGKILL").exec();
            return true;
          } catch (ConflictException | NotFoundException e) {
            return false;
          }
        });
  }

  /** Removes a container, by SIGKILL where it runs. */
  void remove(String id) {
    api.run(
        "remove a container",
        client -> {
          try {
            client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
          } catch (NotFoundException e) {
            return;
          } catch (ConflictException e) {
            // "removal is already in progress"
            return;
          }
        });
  }
}
