package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.server.json.Json;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a few times what the webhook does when it is asked, before it is: the first review of a
 * program takes a second and its first image a fifth of one, and the patience of an API server is
 * for others. Nothing of it is remembered, and the audit that it is given keeps nothing.
 *
 * @param resources answers about a resource that is changed
 * @param pods answers about a pod as one does who has never seen its image
 * @param image that is looked at: Naru's own, so that no other registry is asked; empty for none.
 *     Where the policies do not name it nobody is asked about it, and the first image is slower
 * @param most how long it may take; after that the webhook begins all the same, slower at first
 */
record Rehearsal(
    UnaryOperator<JsonNode> resources, UnaryOperator<JsonNode> pods, String image, Duration most) {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final int RESOURCES = 10;
  private static final int IMAGES = 4;

  /** Returns when it is done, has failed or has taken too long; the log says which. */
  void run() {
    try {
      if (!Thread.ofVirtual().name("rehearsal").start(this::all).join(most)) {
        LOG.info("begins cold: what it asks has not answered within {} s", most.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void all() {
    JsonNode change =
        Json.read(
            """
            {"request": {"uid": "rehearsal", "namespace": "rehearsal", "name": "v", "operation": "UPDATE",
              "resource": {"group": "naru.dev", "version": "v1alpha1", "resource": "volumes"},
              "oldObject": {"spec": {"size": "1Mi"}}, "object": {"apiVersion": "naru.dev/v1alpha1",
              "kind": "Volume", "metadata": {"name": "v", "generation": 2}, "spec": {"size": "2Mi"}}}}\
            """,
            "a review");
    JsonNode pod =
        Json.read(
            """
            {"request": {"uid": "rehearsal", "namespace": "rehearsal", "name": "p", "operation": "CREATE",
              "dryRun": true, "object": {"spec": {"containers": [{"name": "c", "image": "%s"}]}}}}\
            """
                .formatted(image),
            "a review");
    try {
      for (int i = 0; i < RESOURCES; i++) {
        Json.text(resources.apply(change));
      }
      for (int i = 0; i < IMAGES && !image.isEmpty(); i++) {
        JsonNode answer = pods.apply(pod);
        String said = answer.at("/response/status/message").asText();
        Json.text(answer);
        if (!said.contains(PodJudge.ONLY_TRIED)) {
          LOG.info("begins cold: {}", said);
          return;
        }
      }
      LOG.info("has rehearsed");
    } catch (RuntimeException e) {
      LOG.info("begins cold: {}", e.getMessage());
    }
  }
}
