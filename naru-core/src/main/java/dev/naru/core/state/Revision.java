package dev.naru.core.state;

import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A version of an Inference: what its replicas run.
 *
 * @param number from 1
 * @param key fingerprint of what a replica runs; another one needs another revision
 * @param inference what was wanted when it was made
 * @param model version of the model that it serves, if one
 * @param modelRun run that made that model
 * @param modelDigest digest of that model
 * @param imageDigest digest of the image, where it runs one
 * @param runtime what runs that image
 * @param members its replicas, in order of index
 * @param createdAt when it was decided
 */
public record Revision(
    int number,
    String key,
    Inference inference,
    Optional<Integer> model,
    Optional<Integer> modelRun,
    Optional<String> modelDigest,
    Optional<String> imageDigest,
    Optional<Image.RunsOn> runtime,
    List<ServiceMember> members,
    Instant createdAt) {
  /** Copies the list. */
  public Revision {
    members = List.copyOf(members);
  }

  /** With these replicas. */
  public Revision with(List<ServiceMember> next) {
    return new Revision(
        number,
        key,
        inference,
        model,
        modelRun,
        modelDigest,
        imageDigest,
        runtime,
        next,
        createdAt);
  }
}
