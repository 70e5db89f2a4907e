package dev.naru.core.serve;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.spec.Inference;
import dev.naru.spec.TreeDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What revisions look like to an engine and to the gateway. */
public final class ServiceGroups {
  /** The port that the built-in model server listens on in its container. */
  public static final int MODEL_SERVER_PORT = Links.MODEL_SERVER_PORT;

  private ServiceGroups() {}

  /** The group of a revision. */
  public static GroupId id(Key key, int revision) {
    return new GroupId(key.project(), key.kind(), key.name(), revision, 0);
  }

  /** What the gateway calls a replica: {@code fraud-infer-4/0.1}. */
  public static String replicaId(Key key, int revision, Member member) {
    return id(key, revision).name() + "/" + member;
  }

  /** The group of a revision, with the members that it shall have now. */
  static Group group(Key key, Revision revision) {
    Inference.Spec spec = revision.inference().spec();
    Map<String, String> env = new TreeMap<>(spec.env());
    env.put("NARU_RUN", id(key, revision.number()).name());
    Template template =
        new Template(
            program(key, revision),
            new TreeMap<>(env),
            List.of(),
            spec.resources(),
            spec.limits(),
            spec.grace(),
            Optional.of(spec.port().orElse(MODEL_SERVER_PORT)),
            spec.secrets(),
            1);
    return new Group(
        id(key, revision.number()),
        GroupKind.SERVICE,
        template,
        revision.members().stream().map(ServiceMember::member).toList(),
        Links.of(revision.inference()));
  }

  private static Program program(Key key, Revision revision) {
    Inference.Spec spec = revision.inference().spec();
    if (spec.model().isPresent()) {
      int version = revision.model().orElseThrow();
      return new Program.ModelServer(
          RunGroups.version(key.project(), spec.model().get().from(), version),
          revision.modelDigest().orElseThrow(),
          key.name(),
          version);
    }
    return new Program.OfImage(
        revision.imageDigest().orElseThrow(), revision.runtime().orElseThrow(), spec.command());
  }

  /** Fingerprint of what a replica runs; another one needs another revision. */
  static String key(ServiceInput in) {
    Inference.Spec spec = ((Inference) in.object().resource()).spec();
    String program =
        switch (in.model()) {
          case ModelChoice.Serve s ->
              "model " + s.training() + " " + s.model().version() + " " + s.model().digest();
          case ModelChoice.OwnImage _ ->
              "image "
                  + in.imageDigest().orElse("")
                  + " "
                  + in.runtime().map(Object::toString).orElse("")
                  + " "
                  + spec.command()
                  + " "
                  + spec.port().orElse(0);
          case ModelChoice.None none -> throw new IllegalArgumentException(none.why());
        };
    // Which files there are, not what is in them; without secrets the key is as it always was.
    String files =
        spec.secrets().isEmpty()
            ? ""
            : "\nsecrets "
                + spec.secrets().stream().map(s -> s.path() + " " + s.name()).sorted().toList();
    return TreeDigest.ofText(
        String.join(
            "\n",
            program + files,
            new TreeMap<>(spec.env()).toString(),
            spec.ready().orElse(""),
            spec.resources().cpu() + " " + spec.resources().memory(),
            spec.limits().cpu().map(Object::toString).orElse(""),
            // What has no egress keeps the fingerprint that it had before there was any.
            spec.grace().toMillis()
                + (spec.egress().isEmpty() ? "" : "\negress " + spec.egress())));
  }
}
