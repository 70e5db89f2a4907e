package dev.naru.image.trust;

import dev.naru.image.trust.Evidence.Place;
import dev.naru.image.trust.Evidence.Result;
import java.util.function.Supplier;

/**
 * Evidence that was found and not yet looked at.
 *
 * @param check fetches and judges it; throws only where the registry does not answer
 */
record Candidate(Place place, String where, Supplier<Result> check) {
  Evidence judged() {
    return new Evidence(place, where, check.get());
  }
}
