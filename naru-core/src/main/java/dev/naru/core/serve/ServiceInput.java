package dev.naru.core.serve;

import dev.naru.core.decide.Capacity;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Stored;
import dev.naru.spec.Image;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a decision about an Inference is made from.
 *
 * @param object the Inference with its revisions
 * @param model what it shall serve
 * @param imageDigest digest of its image, where it runs one
 * @param runtime what runs that image
 * @param observed each group of this Inference that is wanted or that the engine has
 * @param samples what the gateway counted lately, oldest first; empty while it cannot be asked
 * @param free what can still be reserved
 * @param now the moment
 */
public record ServiceInput(
    Stored object,
    ModelChoice model,
    Optional<String> imageDigest,
    Optional<Image.RunsOn> runtime,
    Map<GroupId, Observation> observed,
    List<Sample> samples,
    Capacity free,
    Instant now) {
  /** Copies the collections. */
  public ServiceInput {
    observed = Map.copyOf(observed);
    samples = List.copyOf(samples);
  }

  /** What the engine said of a group; absent where it has nothing of it. */
  Observation observed(GroupId id) {
    return observed.getOrDefault(id, new Observation.Absent());
  }

  /** What the gateway counted last; empty while it cannot be asked. */
  Optional<Sample> newest() {
    return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast());
  }
}
