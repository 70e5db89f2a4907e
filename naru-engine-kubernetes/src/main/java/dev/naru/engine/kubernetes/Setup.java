package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;

/**
 * What the parts of the engine share.
 *
 * @param client to the cluster
 * @param systemImage reference by digest of Naru's own image
 * @param ownPods what the pods that are made have beside
 * @param priorities of pods, by class of work
 * @param images where what may run is entered
 * @param words arguments of Naru's own programs
 * @param clock the time
 */
record Setup(
    KubernetesClient client,
    String systemImage,
    OwnPods ownPods,
    Priorities priorities,
    AllowedImages images,
    KubernetesSettings.Words words,
    Clock clock) {}
