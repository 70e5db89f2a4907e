package dev.naru.spec.reading;

import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Limits;
import dev.naru.spec.Preparation;
import dev.naru.spec.PromotionRule;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import dev.naru.spec.Training;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules between the keys of one mapping, which no annotation can say. */
final class RecordRules {
  private static final Set<String> CONTRACT =
      Set.of("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT", "PORT", "TMPDIR");

  private final Bound bound;
  private final Sink sink;

  private RecordRules(Bound bound, Sink sink) {
    this.bound = bound;
    this.sink = sink;
  }

  /** Judges what was read of a mapping that becomes a {@code type}. */
  static void check(Class<? extends Record> type, Bound bound, Sink sink) {
    RecordRules rules = new RecordRules(bound, sink);
    if (type == Image.RunsOn.class) {
      rules.runtime();
      rules.staysInFolder("requirements");
    } else if (type == Image.Spec.class) {
      rules.recipeOrRef();
      rules.staysInFolder("source");
    } else if (type == Image.Base.class) {
      rules.base();
    } else if (type == Inference.Spec.class) {
      rules.modelOrImage();
      rules.workload();
    } else if (type == Training.Spec.class || type == Preparation.Spec.class) {
      rules.workload();
    } else if (type == Inference.Replicas.class) {
      rules.replicas();
    } else if (type == Training.Model.class) {
      rules.promotion();
    }
  }

  private void runtime() {
    if (bound.has("java") == bound.has("python")) {
      sink.add(
          bound.has("java") ? bound.at("python") : bound.at(),
          bound.path(),
          "expected exactly one of java and python, found "
              + (bound.has("java") ? "both" : "neither")
              + "; write {java: 25} or {python: \"3.11\"}");
    }
    if (bound.has("requirements") && bound.has("java") && !bound.has("python")) {
      sink.add(
          bound.at("requirements"),
          bound.path("requirements"),
          "is only for python; a jar brings what it needs, so remove it");
    }
  }

  private void recipeOrRef() {
    if (bound.has("ref") == bound.has("runtime")) {
      sink.add(
          bound.has("ref") ? bound.at("ref") : bound.at(),
          bound.path(),
          "expected exactly one of runtime and ref, found "
              + (bound.has("ref") ? "both" : "neither")
              + "; runtime and source describe an image to build, ref names one that exists");
      return;
    }
    for (String key : List.of("source", "base", "build")) {
      if (bound.has("ref") && bound.has(key)) {
        sink.add(
            bound.at(key),
            bound.path(key),
            "is only for an image that Naru builds; ref names one that exists, so remove it");
      }
    }
    if (bound.has("runtime") && !bound.has("source")) {
      sink.add(
          bound.at(),
          bound.path("source"),
          "is required with runtime; add 'source: target/finance.jar'");
    }
  }

  private void base() {
    if (bound.has("ref") == bound.has("packages")) {
      sink.add(
          bound.has("ref") ? bound.at("packages") : bound.at(),
          bound.path(),
          "expected exactly one of ref and packages, found "
              + (bound.has("ref") ? "both" : "neither")
              + "; write {packages: debian} or {ref: name@sha256:…}");
    }
  }

  private void staysInFolder(String key) {
    Optional<String> text = bound.text(key);
    if (text.isEmpty()) {
      return;
    }
    Optional<String> wrong = whyNotInside(text.get());
    wrong.ifPresent(w ->
        sink.add(
            bound.atValue(key),
            bound.path(key),
            "expected a path in the folder of the file, relative to it, found "
                + Words.quote(text.get())
                + ", "
                + w));
  }

  private static Optional<String> whyNotInside(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of("which is absolute");
      }
      return path.normalize().startsWith("..")
          ? Optional.of("which leaves it; move the files into the folder")
          : Optional.empty();
    } catch (InvalidPathException _) {
      return Optional.of("which is no path");
    }
  }

  private void modelOrImage() {
    if (bound.has("model") == bound.has("image")) {
      sink.add(
          bound.has("model") ? bound.at("image") : bound.at(),
          bound.path(),
          "expected exactly one of model and image, found "
              + (bound.has("model") ? "both" : "neither")
              + "; model serves what a Training made, image runs a program of your own");
      return;
    }
    for (String key : List.of("command", "port", "ready", "secrets")) {
      if (bound.has("model") && bound.has(key)) {
        sink.add(
            bound.at(key),
            bound.path(key),
            "is only for an image; the built-in model server needs none, so remove it");
      }
    }
    if (bound.has("image") && !bound.has("port")) {
      sink.add(
          bound.at("image"),
          bound.path("port"),
          "is required with image; add the port that the program listens on, such as 'port: 8080'");
    }
  }

  private void workload() {
    bound.mapping().get("env").ifPresent(this::env);
    secrets();
    Optional<Cpu> cap = bound.value("limits", Limits.class).flatMap(Limits::cpu);
    Optional<Cpu> reserved = bound.value("resources", Resources.class).map(Resources::cpu);
    if (cap.isPresent() && reserved.isPresent() && cap.get().compareTo(reserved.get()) < 0) {
      sink.add(
          bound.at("limits"),
          bound.path("limits") + ".cpu",
          "is "
              + cap.get()
              + ", below the reservation resources.cpu of "
              + reserved.get()
              + "; raise the one or lower the other");
    }
  }

  private void secrets() {
    Set<String> files = new HashSet<>();
    for (Object entry : bound.value("secrets", List.class).orElse(List.of())) {
      if (entry instanceof SecretFile secret && !files.add(secret.path())) {
        sink.add(
            bound.atValue("secrets"),
            bound.path("secrets"),
            "has two secrets in the file "
                + Words.quote(secret.path())
                + "; give each a 'file' of its own");
      }
    }
  }

  private void env(Tree.Entry variables) {
    if (variables.value() instanceof Tree.Mapping env) {
      for (Tree.Entry entry : env.entries()) {
        envName(entry.key())
            .ifPresent(
                w -> sink.add(entry.at(), TreeComposer.path(bound.path("env"), entry.key()), w));
      }
    }
  }

  private static Optional<String> envName(String name) {
    if (name.startsWith("NARU_") || CONTRACT.contains(name)) {
      return Optional.of("is set by Naru itself; choose another name");
    } else if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,255}")) {
      return Optional.of(
          "is no name of a variable; expected letters, digits and '_', not beginning with a digit");
    }
    return Optional.empty();
  }

  private void replicas() {
    Optional<Integer> min = bound.value("min", Integer.class);
    Optional<Integer> max = bound.value("max", Integer.class);
    if (min.isPresent() && max.isPresent() && min.get() > max.get()) {
      sink.add(
          bound.atValue("min"),
          bound.path(),
          "min is "
              + min.get()
              + ", above max, which is "
              + max.get()
              + "; raise max or lower min");
    }
  }

  private void promotion() {
    try {
      bound.text("promoteWhen").ifPresent(PromotionRule::parse);
    } catch (IllegalArgumentException e) {
      sink.add(
          bound.atValue("promoteWhen"),
          bound.path("promoteWhen"),
          e.getMessage() + ", found " + Words.quote(bound.text("promoteWhen").orElse("")));
    }
  }
}
