package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What Naru's own pods of a namespace know the control plane by: a secret each namespace. */
final class Tokens {
  /** Name of the Secret. */
  static final String NAME = "naru-gateway";

  /** Its one key, and the name of the file in pods. */
  static final String KEY = "token";

  private final KubernetesClient client;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  Tokens(KubernetesClient client) {
    this.client = client;
  }

  /** Makes a namespace's secret where it is absent; one of that name may have been there before. */
  void ensure(String namespace) {
    known.put(namespace, read(namespace));
  }

  /** The token of a namespace. */
  String of(String namespace) {
    return known.computeIfAbsent(namespace, this::read);
  }

  private String read(String namespace) {
    return new OwnSecret(
            client,
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .withLabels(Labels.of(namespace, Labels.GATEWAY, NAME))
                .endMetadata()
                .build())
        .texts(Tokens::random)
        .getOrDefault(KEY, "");
  }

  private static Map<String, String> random() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return Map.of(KEY, HexFormat.of().formatHex(random));
  }

  /** The secret as a volume of a pod. */
  Volume volume() {
    return new VolumeBuilder()
        .withName("token")
        .withNewSecret()
        .withSecretName(NAME)
        .withDefaultMode(0440)
        .endSecret()
        .build();
  }
}
