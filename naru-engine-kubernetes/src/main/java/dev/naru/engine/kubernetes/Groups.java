package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes groups be there, and go. */
final class Groups {
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
  private static final String MODEL_SERVER_READY = "/v2/health/ready";

  private final Setup settings;
  private final KubernetesClient client;
  private final Native seen;
  private final Replicas replicas;
  private final Files files;
  private final Claims claims;
  private final Custom custom;

  Groups(
      Setup settings, Native seen, Replicas replicas, Files files, Claims claims, Custom custom) {
    this.settings = settings;
    this.client = settings.client();
    this.seen = seen;
    this.replicas = replicas;
    this.files = files;
    this.claims = claims;
    this.custom = custom;
  }

  void apply(Group group) {
    switch (group.kind()) {
      case GANG -> gang(group);
      case SHARDS -> shards(group);
      case SERVICE -> service(group);
    }
  }

  /** Made without ranks, and then released: whoever finds it made and not released goes on. */
  private void gang(Group group) {
    Optional<Job> there = seen.job(group.id());
    if (there.isEmpty()) {
      List<OwnerReference> owner = custom.owner(group.id());
      PodTemplateSpec pods = pods(group);
      if (group.template().worldSize() > 1) {
        coordinator(Jobs.coordinator(group, owner));
      }
      create(Jobs.gang(group, pods, owner));
    }
    requireStaying(group.id(), there);
    if (!group.members().isEmpty() && there.map(Jobs::waits).orElse(true)) {
      patch("release", group, Jobs.release(group));
    }
  }

  /**
   * The name of rank 0. Where one of an earlier life of the workload had the same name, the cluster
   * would give its address for as long as it has not forgotten that: the ranks would not meet.
   */
  private void coordinator(Service service) {
    String namespace = service.getMetadata().getNamespace();
    String name = service.getMetadata().getName();
    // In this order: one that another thread makes meanwhile is there by then.
    boolean left =
        Trouble.call(
            "look for endpoints of service " + name,
            () ->
                !client
                        .discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(namespace)
                        .withLabel("kubernetes.io/service-name", name)
                        .list()
                        .getItems()
                        .isEmpty()
                    && client.services().inNamespace(namespace).withName(name).get() == null);
    if (left) {
      throw removed(
          Labels.group(service).orElseThrow(),
          "endpoints of an earlier service " + name + " are left");
    }
    create(service);
  }

  /**
   * The shards' pods are the Job's to make, also the next starts of those that failed; what it
   * counts as done it does not start again, so that is done for it.
   */
  private void shards(Group group) {
    Optional<Job> there = seen.job(group.id());
    if (there.isEmpty()) {
      List<OwnerReference> owner = custom.owner(group.id());
      create(Jobs.shards(group, pods(group), owner));
      return;
    }
    requireStaying(group.id(), there);
    List<Member> own = new ArrayList<>();
    Set<Member> known = Set.copyOf(Members.read(there.get()));
    for (Member member : group.members()) {
      if (known.contains(member) || !replicas.needsAnother(group.id(), there.get(), member)) {
        own.add(member);
      } else {
        create(Jobs.shard(group, member, pods(group), custom.owner(group.id())));
      }
    }
    patch("change", group, Jobs.members(own));
  }

  private static void requireStaying(GroupId id, Optional<? extends HasMetadata> object) {
    if (object.filter(o -> o.getMetadata().getDeletionTimestamp() != null).isPresent()) {
      throw removed(id, "it is being removed");
    }
  }

  private static NaruException removed(GroupId id, String why) {
    return new NaruException(
        Code.CONFLICT, "cannot apply " + id + ": " + why + "; apply it again once it is gone");
  }

  private void patch(String verb, Group group, String change) {
    Trouble.run(
        verb + " job " + group.id().name(),
        () ->
            client
                .batch()
                .v1()
                .jobs()
                .resource(named(group))
                .patch(PatchContext.of(PatchType.JSON_MERGE), change));
  }

  /** No more than a name: the client reads first what it is not given. */
  private static Job named(Group group) {
    return new JobBuilder()
        .withNewMetadata()
        .withNamespace(group.id().project())
        .withName(group.id().name())
        .endMetadata()
        .build();
  }

  private void service(Group group) {
    Optional<Deployment> there = seen.deployment(group.id());
    if (there.isPresent()) {
      requireStaying(group.id(), there);
      scale(group, there.get());
      return;
    }
    List<OwnerReference> owner = custom.owner(group.id());
    group.template().port().ifPresent(port -> create(Jobs.service(group, port, owner)));
    create(Jobs.budget(group, owner));
    create(Jobs.deployment(group, pods(group), owner));
  }

  /** The cluster removes the pods of the members that are no longer named before any other. */
  private void scale(Group group, Deployment there) {
    if (Members.of(group).equals(Labels.annotation(there, Labels.MEMBERS))
        && Integer.valueOf(group.members().size()).equals(there.getSpec().getReplicas())) {
      return;
    }
    Set<Member> leaving = new HashSet<>(Members.read(there));
    group.members().forEach(leaving::remove);
    for (Member member : leaving) {
      replicas.pod(group.id(), member).ifPresent(pod -> first(pod, member));
    }
    Trouble.run(
        "scale " + group.id().name(),
        () ->
            client
                .apps()
                .deployments()
                .inNamespace(group.id().project())
                .withName(group.id().name())
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}},\"spec\":{\"replicas\":%d}}"
                        .formatted(Labels.MEMBERS, Members.of(group), group.members().size())));
  }

  /** It goes before others, and is known by the member that it was for as long as it is there. */
  private void first(Pod pod, Member member) {
    Trouble.run(
        "mark pod " + pod.getMetadata().getName(),
        () ->
            client
                .pods()
                .resource(pod)
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"annotations\":{\"%s\":\"-1000\",\"%s\":\"%s\"}}}"
                        .formatted(DELETION_COST, Labels.MEMBER, member)));
  }

  private PodTemplateSpec pods(Group group) {
    Places places = new Places(custom::modelVolume);
    SortedMap<String, String> dirs = new TreeMap<>();
    for (Dir dir : group.template().dirs()) {
      dirs.put(dir.env(), places.add(dir));
    }
    String image;
    List<String> args;
    Optional<String> ready = Optional.empty();
    switch (group.template().program()) {
      case Program.OfImage p -> {
        image = p.digest();
        args = PodRecipe.arguments(p);
        ready = custom.readyPath(group.id());
      }
      case Program.ModelServer p -> {
        image = settings.systemImage();
        String folder = places.add(p.model(), false);
        args =
            settings
                .words()
                .modelServer(
                    p, folder, group.template().port().orElseThrow(), group.template().resources());
        ready = Optional.of(MODEL_SERVER_READY);
      }
      case Program.Gateway _ ->
          throw new IllegalArgumentException("gateways of a cluster are no groups");
    }
    if (!image.contains("@sha256:")) {
      throw new NaruException(
          Code.INVALID,
          "cannot start %s: its image %s is no reference by digest; naru up or naru render puts one there"
              .formatted(group.id(), image));
    }
    if (group.template().program() instanceof Program.OfImage) {
      settings.images().allow(group.id().project(), image);
    } else {
      settings.images().allowOwn(group.id().project(), image);
    }
    prepare(group.id(), places);
    List<String> together =
        places.volumes().stream().filter(v -> claims.ofOneNode(group.id().project(), v)).toList();
    PodTemplateSpec pods = PodRecipe.template(group, image, args, places, dirs, ready, together);
    boolean own = group.template().program() instanceof Program.ModelServer;
    PodTemplateSpec wanted = settings.ownPods().of(pods, own);
    return new PodTemplateSpecBuilder(wanted)
        .withSpec(
            settings
                .priorities()
                .of(new PodSpecBuilder(wanted.getSpec()), group.id().kind())
                .build())
        .build();
  }

  /** Makes the directories that members write in. */
  private void prepare(GroupId id, Places places) {
    if (places.volumes().contains(Custom.MODELS)) {
      claims.ensureModels(id.project());
    }
    places.wanted().forEach((volume, paths) -> files.directories(id.project(), volume, paths));
  }

  /** Creates, or finds that it was created before; one of somebody else's is not taken. */
  private void create(HasMetadata object) {
    String what =
        object.getKind().toLowerCase(java.util.Locale.ROOT) + " " + object.getMetadata().getName();
    try {
      client.resource(object).create();
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw Trouble.of("make " + what, e);
      }
      HasMetadata there = client.resource(object).get();
      GroupId id = Labels.group(object).orElseThrow();
      if (there == null) {
        return;
      }
      if (Labels.isKept(there, id)) {
        throw removed(id, "its " + what + " was removed and is kept for its logs");
      }
      if (!Labels.group(there).equals(Optional.of(id))) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot make %s in namespace %s: there is one that Naru did not make; rename or remove it"
                .formatted(what, object.getMetadata().getNamespace()));
      }
      if (goes(there, object)) {
        throw removed(id, "the " + what + " of an earlier one goes");
      }
    }
  }

  /** Whether it is on its way out: removed already, or of an owner that is no more. */
  private static boolean goes(HasMetadata there, HasMetadata wanted) {
    Set<String> owners = owners(there);
    Set<String> living = owners(wanted);
    return there.getMetadata().getDeletionTimestamp() != null
        || (!owners.isEmpty() && !living.isEmpty() && Collections.disjoint(owners, living));
  }

  private static Set<String> owners(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .map(OwnerReference::getUid)
        .collect(Collectors.toSet());
  }
}
