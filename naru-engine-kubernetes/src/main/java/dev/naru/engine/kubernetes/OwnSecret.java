package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of Naru's own that is made once: created, never applied, so that of several who make it
 * at the same time all get what the first one has made.
 */
public final class OwnSecret {
  private final KubernetesClient client;
  private final Secret bare;

  /**
   * One that nobody changes: the API server lets it be read and deleted only.
   *
   * @param namespace the operator's own
   */
  public OwnSecret(Cluster cluster, String namespace, String name) {
    this(
        cluster.client(),
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(Map.of("app.kubernetes.io/name", name, Labels.MANAGED_BY, Labels.NARU))
            .endMetadata()
            .withImmutable(true)
            .build());
  }

  /**
   * The same with labels and all else as given.
   *
   * @param bare without data
   */
  OwnSecret(KubernetesClient client, Secret bare) {
    this.client = client;
    this.bare = bare;
  }

  /**
   * What it holds, by key; asked for each time.
   *
   * @param make what it shall hold where there is none
   * @throws dev.naru.core.NaruException where it can neither be read nor made
   */
  public SortedMap<String, String> texts(Supplier<Map<String, String>> make) {
    Secret there = find();
    if (there == null) {
      create(make.get());
      there = find();
    }
    SortedMap<String, String> texts = new TreeMap<>();
    if (there != null && there.getData() != null) {
      there.getData().forEach((key, data) -> texts.put(key, decoded(data)));
    }
    return texts;
  }

  private void create(Map<String, String> texts) {
    try {
      client.resource(new SecretBuilder(bare).withStringData(texts).build()).create();
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw Trouble.of("make " + this, e);
      }
    }
  }

  private @Nullable Secret find() {
    return Trouble.call(
        "read " + this,
        () ->
            client
                .secrets()
                .inNamespace(bare.getMetadata().getNamespace())
                .withName(bare.getMetadata().getName())
                .get());
  }

  /** The API server takes nothing but base64. */
  private static String decoded(String data) {
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }

  /** Which, never what is in it. */
  @Override
  public String toString() {
    return "secret "
        + bare.getMetadata().getName()
        + " in namespace "
        + bare.getMetadata().getNamespace();
  }
}
