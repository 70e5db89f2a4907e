package dev.naru.core.run;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Template;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.spec.Input;
import dev.naru.spec.Preparation;
import dev.naru.spec.Training;
import dev.naru.spec.VolumePath;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What runs look like to an engine: names, directories and environment of design §6. */
public final class RunGroups {
  private RunGroups() {}

  /** The group of a Training's attempt. */
  public static GroupId gangId(Key key, int run, int attempt) {
    return new GroupId(key.project(), key.kind(), key.name(), run, attempt);
  }

  /** The group of a Preparation's run. */
  public static GroupId shardsId(Key key, int run) {
    return new GroupId(key.project(), key.kind(), key.name(), run, 0);
  }

  /** The name of a run: {@code fraud-3}. */
  public static String runName(Key key, int run) {
    return key.name() + "-" + run;
  }

  /** The gang of one attempt of a Training. */
  static Group gang(Key key, Run run, Training training, Attempt attempt) {
    Training.Spec spec = training.spec();
    List<Dir> dirs = new ArrayList<>(inputs(key, run, spec.inputs()));
    dirs.add(new Dir("NARU_MODEL_DIR", modelDir(key, run.number(), attempt.number()), true));
    spec.checkpoints()
        .ifPresent(at -> {
          Location.InVolume root = runDir(key, at, run.number());
          dirs.add(
              new Dir("NARU_CHECKPOINT_DIR", root.resolve("attempts/" + attempt.number()), true));
          attempt
              .resumedFrom()
              .ifPresent(from ->
                  dirs.add(
                      new Dir(
                          "NARU_RESUME_FROM",
                          new Location.InVolume(key.project(), at.volume(), from),
                          false)));
        });
    Template template =
        template(key, run, training, dirs, spec.workers(), Optional.of(attempt.number()));
    List<Member> ranks =
        IntStream.range(0, spec.workers()).mapToObj(i -> new Member(i, 0)).toList();
    return new Group(
        gangId(key, run.number(), attempt.number()),
        GroupKind.GANG,
        template,
        ranks,
        Links.of(training));
  }

  /** The shards of a Preparation's run, with those members. */
  static Group shards(Key key, Run run, Preparation preparation, List<Member> members) {
    Preparation.Spec spec = preparation.spec();
    List<Dir> dirs = new ArrayList<>(inputs(key, run, spec.inputs()));
    dirs.add(new Dir("NARU_OUTPUT", runDir(key, spec.output(), run.number()), true));
    Template template = template(key, run, preparation, dirs, spec.shards(), Optional.empty());
    return new Group(
        shardsId(key, run.number()), GroupKind.SHARDS, template, members, Links.of(preparation));
  }

  /** The directory of a run's output or checkpoints. */
  static Location.InVolume runDir(Key key, VolumePath at, int run) {
    return new Location.InVolume(key.project(), at.volume(), at.path() + "/" + runName(key, run));
  }

  /** Where an attempt puts its model. */
  static Location.InModels modelDir(Key key, int run, int attempt) {
    return new Location.InModels(key.project(), key.name() + "/runs/" + run + "/" + attempt);
  }

  /** Where a version of a Training's model is kept. */
  public static Location.InModels version(String project, String training, int version) {
    return new Location.InModels(project, training + "/" + version);
  }

  /** The question from where an attempt begins; empty where a Training has no checkpoints. */
  static Optional<Question.Resume> resume(Key key, Run run, Training training, int attempt) {
    return training
        .spec()
        .checkpoints()
        .map(at -> new Question.Resume(runDir(key, at, run.number()), attempt));
  }

  private static List<Dir> inputs(Key key, Run run, List<Input> inputs) {
    List<Dir> dirs = new ArrayList<>();
    for (Input input : inputs) {
      Run.Source source = run.sources().get(input.from());
      if (source == null) {
        throw new IllegalStateException(
            "run " + run.number() + " of " + key + " lacks its input " + input.from());
      }
      String path = source.path() + "/" + input.from() + "-" + source.run();
      dirs.add(
          new Dir(
              "NARU_INPUT_" + input.from().toUpperCase(Locale.ROOT).replace('-', '_'),
              new Location.InVolume(key.project(), source.volume(), path),
              false));
    }
    return dirs;
  }

  private static Template template(
      Key key, Run run, Workload workload, List<Dir> dirs, int size, Optional<Integer> attempt) {
    Workload.Common spec = workload.common();
    Map<String, String> env = new TreeMap<>(spec.env());
    env.put("NARU_RUN", runName(key, run.number()));
    attempt.ifPresent(n -> env.put("NARU_ATTEMPT", Integer.toString(n)));
    return new Template(
        new Program.OfImage(run.imageDigest(), run.runtime(), spec.command()),
        new TreeMap<>(env),
        dirs,
        spec.resources(),
        spec.limits(),
        spec.grace(),
        Optional.empty(),
        spec.secrets(),
        size);
  }
}
