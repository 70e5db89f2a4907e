package dev.naru.core.run;

import dev.naru.core.decide.Capacity;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Stored;
import dev.naru.spec.Image;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a decision about a Preparation or Training is made from.
 *
 * @param object the workload with its runs
 * @param wantedKey run key of what the file asks for
 * @param imageDigest of its image
 * @param runtime what runs that image
 * @param inputs where each input stands, by name
 * @param observed each group of this workload that is wanted or that the engine has
 * @param answers to questions asked before
 * @param free what can still be reserved by this workload
 * @param features of the engine
 * @param volumeInUse why its volume is not free, in words: another workload writes in it; empty
 *     where it is
 * @param now the moment
 */
public record RunInput(
    Stored object,
    String wantedKey,
    String imageDigest,
    Image.RunsOn runtime,
    SortedMap<String, InputState> inputs,
    Map<GroupId, Observation> observed,
    Map<Question, Fact> answers,
    Capacity free,
    Features features,
    Optional<String> volumeInUse,
    Instant now) {
  /** Copies the maps. */
  public RunInput {
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    observed = Map.copyOf(observed);
    answers = Map.copyOf(answers);
  }

  /** What the engine said of a group; absent where it has nothing of it. */
  Observation observed(GroupId id) {
    return observed.getOrDefault(id, new Observation.Absent());
  }
}
