package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Answers an AdmissionReview ({@code admission.k8s.io/v1}) of a pod that others make: allowed with
 * each image by its digest where all may run there; else refused with image, policy and next step.
 * The first time that a digest is verified for a namespace it is entered in the list that the API
 * server itself looks at, and the pod is refused once, to be tried again: the API server learns of
 * the entry some moments later. What is refused, and what is let in for the first time, is in the
 * audit before the answer. Safe for any thread.
 */
final class PodJudge {
  /** What a dry run of a good pod is told, in part. */
  static final String ONLY_TRIED = "it is verified, but a dry run lets nothing in";

  /** Below the timeout that the API server has for this webhook, 10 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(7);

  private static final int FORBIDDEN = 403;
  private static final int TRY_AGAIN = 429;
  private static final int LONGEST = 1000;

  private final ForeignImages images;
  private final Listing listing;
  private final Consumer<AuditEntry> audit;
  private final Clock clock;

  /** The list of images that may run. */
  interface Listing {
    /** Those of some references that may not run in a namespace yet; those by tag never may. */
    Set<String> missing(String namespace, Set<String> refs);

    /** Lets references by digest run in a namespace. */
    void enter(String namespace, Set<String> refs);
  }

  /** Who asks for what. */
  private record Asked(String who, String namespace, String target, boolean dryRun) {
    static Asked of(JsonNode request) {
      JsonNode meta = request.path("object").path("metadata");
      String name = meta.path("name").asText(meta.path("generateName").asText(""));
      String namespace = request.path("namespace").asText("");
      return new Asked(
          said(request.path("userInfo").path("username").asText("")),
          namespace,
          said(namespace + "/pod/" + name),
          request.path("dryRun").asBoolean(false));
    }

    /** Others' words go to a log by the line. */
    private static String said(String text) {
      String line = text.replaceAll("\\p{Cntrl}", "?");
      return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
  }

  PodJudge(ForeignImages images, Listing listing, Consumer<AuditEntry> audit, Clock clock) {
    this.images = images;
    this.listing = listing;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * The answer.
   *
   * @throws IllegalArgumentException where it is no review of a pod
   */
  ObjectNode review(JsonNode review) {
    JsonNode request = review.path("request");
    if (!request.path("uid").isTextual()
        || !request.path("object").isObject()
        || request.path("namespace").asText("").isEmpty()) {
      throw new IllegalArgumentException("expected an AdmissionReview with a pod of a namespace");
    }
    ObjectNode answer = Json.object();
    answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode response = answer.putObject("response").put("uid", request.path("uid").asText());
    Asked asked = Asked.of(request);
    try {
      judge(asked, PodImages.anew(request), response);
    } catch (NaruException e) {
      refuse(asked, String.valueOf(e.getMessage()), response);
    }
    return answer;
  }

  private void judge(Asked asked, List<PodImages.Place> places, ObjectNode response) {
    Set<String> named =
        places.stream().map(PodImages.Place::image).collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing =
        named.isEmpty() ? Set.of() : listing.missing(asked.namespace(), Set.copyOf(named));
    Map<String, String> verified = verified(asked, missing);
    Set<String> anew =
        verified.isEmpty()
            ? Set.of()
            : new TreeSet<>(listing.missing(asked.namespace(), Set.copyOf(verified.values())));
    if (anew.isEmpty()) {
      allow(places, verified, response);
    } else if (asked.dryRun()) {
      refuse(
          asked,
          "cannot run image %s in namespace %s yet: %s; make the pod"
              .formatted(String.join(", ", anew), asked.namespace(), ONLY_TRIED),
          response);
    } else {
      enter(asked, anew, response);
    }
  }

  /** What was asked about, by reference; all that is wrong is said at once. */
  private Map<String, String> verified(Asked asked, Set<String> missing) {
    Instant until = clock.instant().plus(PATIENCE);
    Map<String, Future<String>> futures = new LinkedHashMap<>();
    new TreeSet<>(missing).forEach(ref -> futures.put(ref, images.ask(ref)));
    Map<String, String> verified = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    futures.forEach((ref, future) -> {
      try {
        verified.put(ref, answer(future, until));
      } catch (NaruException e) {
        problems.add(
            "cannot run image %s in namespace %s: %s"
                .formatted(ref, asked.namespace(), e.getMessage()));
      }
    });
    if (!problems.isEmpty()) {
      throw new NaruException(Code.UNTRUSTED, String.join("; ", problems));
    }
    return verified;
  }

  private String answer(Future<String> future, Instant until) {
    long left = Math.max(0, Duration.between(clock.instant(), until).toMillis());
    try {
      return future.get(left, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NaruException(
          Code.REGISTRY_UNREACHABLE,
          "it is still looked at: its registry, or the cluster for its policies; try again",
          e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof NaruException known
          ? known
          : new NaruException(Code.INTERNAL, "it cannot be looked at: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(Code.FAILED, "interrupted; try again", e);
    }
  }

  private void enter(Asked asked, Set<String> anew, ObjectNode response) {
    anew.forEach(ref -> tell(asked, "accepted", "image=" + ref));
    listing.enter(asked.namespace(), anew);
    ObjectNode status =
        no(
            response,
            TRY_AGAIN,
            "TooManyRequests",
            "cannot run image %s in namespace %s yet: it was verified just now, and the API server learns of that; try again in a second"
                .formatted(String.join(", ", anew), asked.namespace()));
    // Clients that heed it, such as kubectl, try again by themselves.
    status.putObject("details").put("retryAfterSeconds", 1);
  }

  private void refuse(Asked asked, String why, ObjectNode response) {
    tell(asked, "refused", why);
    no(response, FORBIDDEN, "Forbidden", why);
  }

  private static ObjectNode no(ObjectNode response, int code, String reason, String message) {
    return response
        .put("allowed", false)
        .putObject("status")
        .put("code", code)
        .put("reason", reason)
        .put("message", message);
  }

  private static void allow(
      List<PodImages.Place> places, Map<String, String> verified, ObjectNode response) {
    response.put("allowed", true);
    ArrayNode patch = Json.object().putArray("patch");
    for (PodImages.Place place : places) {
      String pinned = verified.getOrDefault(place.image(), place.image());
      if (!pinned.equals(place.image())) {
        patch.addObject().put("op", "replace").put("path", place.path()).put("value", pinned);
      }
    }
    if (!patch.isEmpty()) {
      byte[] bytes = Json.text(patch).getBytes(StandardCharsets.UTF_8);
      response
          .put("patchType", "JSONPatch")
          .put("patch", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private void tell(Asked asked, String outcome, String detail) {
    audit.accept(
        new AuditEntry(
            clock.instant(), asked.who(), "pod", asked.target(), outcome, Asked.said(detail)));
  }
}
