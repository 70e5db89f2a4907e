package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.VolumeFiles;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import dev.naru.spec.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reaches the files of volumes: beside each Volume that is used a small pod of Naru's own has it
 * mounted, makes directories in it and answers questions about it over HTTP, with no rights in the
 * cluster. The control plane itself never mounts a volume.
 */
final class Files implements AutoCloseable {
  static final int PORT = 8082;

  private static final String TOKEN_FOLDER = "/naru/token";
  private static final Resources RESOURCES = new Resources(new Cpu(20), Bytes.ofMebibytes(128));
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ASKED = Duration.ofSeconds(1);
  private static final String HEALTH = "/healthz";
  private static final int NO_STORAGE = 507;

  private final Setup settings;
  private final Native seen;
  private final Tokens tokens;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private final Map<String, PodPort> forwards = new ConcurrentHashMap<>();
  private final boolean inside;

  /**
   * @param inside whether addresses of pods can be reached; else everything goes through the API
   *     server
   */
  Files(Setup settings, Native seen, Tokens tokens, boolean inside) {
    this.settings = settings;
    this.seen = seen;
    this.tokens = tokens;
    this.inside = inside;
  }

  static String podName(String volume) {
    return "naru-files-" + volume;
  }

  /**
   * Makes the pod beside a Volume where it is absent or has ended.
   *
   * @return the pod once it can be asked; empty while it is being made
   * @throws NaruException NOT_FOUND where there is no such Volume
   */
  Optional<Pod> pod(String namespace, String volume) {
    String name = podName(volume);
    Optional<Pod> pod = seen.pod(namespace, name);
    if (pod.isEmpty()) {
      make(namespace, volume);
      return Optional.empty();
    }
    if (Sight.exit(pod.get(), settings.clock().instant()).isPresent()) {
      delete(namespace, volume);
      return Optional.empty();
    }
    return pod.filter(p -> !Sight.terminating(p) && Sight.ready(p));
  }

  /** What keeps the pod beside a Volume from its work, in words; may be empty. */
  private String trouble(String namespace, String volume) {
    return seen.pod(namespace, podName(volume)).map(Sight::message).orElse("");
  }

  /** Whether a pod beside a Volume runs and says that it cannot write in it. */
  boolean cannotWrite(Pod pod) {
    boolean runs = Sight.main(pod).filter(c -> c.getState().getRunning() != null).isPresent();
    if (!runs || pod.getStatus().getPodIP() == null) {
      return false;
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base(pod) + HEALTH)).timeout(ASKED).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == NO_STORAGE;
    } catch (IOException e) {
      return false; // it does not listen yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void make(String namespace, String volume) {
    OwnerReference claim = claim(namespace, volume);
    tokens.ensure(namespace);
    settings.images().allowOwn(namespace, settings.systemImage());
    String root = Places.OUT + volume;
    Container main =
        PodRecipe.container(
                Sight.MAIN,
                settings.systemImage(),
                settings.words().files(PORT, TOKEN_FOLDER + "/" + Tokens.KEY),
                RESOURCES,
                List.of(
                    PodRecipe.mount(Places.mountName(volume), root, false),
                    PodRecipe.mount("token", TOKEN_FOLDER, true)))
            .withPorts(PodRecipe.port("files", PORT))
            .withReadinessProbe(PodRecipe.probe(PORT, Optional.of(HEALTH)))
            .build();
    List<Volume> volumes =
        new java.util.ArrayList<>(
            List.of(
                new VolumeBuilder()
                    .withName(Places.mountName(volume))
                    .withNewPersistentVolumeClaim()
                    .withClaimName(Places.claim(volume))
                    .endPersistentVolumeClaim()
                    .build(),
                tokens.volume()));
    volumes.addAll(PodRecipe.scratch(RESOURCES));
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(podName(volume))
            .withLabels(settings.ownPods().labelled(Labels.of(namespace, Labels.FILES, volume)))
            .addToLabels(Labels.LINK, Labels.FILES)
            .withOwnerReferences(claim)
            .endMetadata()
            .withSpec(
                settings
                    .priorities()
                    .of(settings.ownPods().of(PodRecipe.spec(main, volumes)), Kind.INFERENCE)
                    .withRestartPolicy("Always")
                    .withTerminationGracePeriodSeconds(1L)
                    .build())
            .build();
    try {
      settings.client().resource(pod).create();
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw Trouble.of("make the pod that reaches volume " + volume, e);
      }
    }
  }

  /** Its claim, with which the pod goes too. */
  private OwnerReference claim(String namespace, String volume) {
    String name = Places.claim(volume);
    return seen.claim(namespace, name)
        .or(() ->
            // One made a moment ago is not seen yet.
            Optional.ofNullable(
                Trouble.call(
                    "look for volume " + volume,
                    () ->
                        settings
                            .client()
                            .persistentVolumeClaims()
                            .inNamespace(namespace)
                            .withName(name)
                            .get())))
        .filter(c -> c.getMetadata().getDeletionTimestamp() == null)
        .map(c ->
            new OwnerReference(
                "v1",
                false,
                // For a drain, which takes no pod that nobody would make again.
                true,
                "PersistentVolumeClaim",
                name,
                c.getMetadata().getUid()))
        .orElseThrow(() -> VolumeFiles.noVolume(namespace, volume));
  }

  void delete(String namespace, String volume) {
    Trouble.run(
        "let go of volume " + volume,
        () ->
            settings
                .client()
                .pods()
                .inNamespace(namespace)
                .withName(podName(volume))
                .withGracePeriod(0)
                .delete());
  }

  /**
   * Sends a request to the pod beside a Volume. Somebody's command waits for that pod where it is
   * being made; the control plane comes back later.
   *
   * @throws NaruException ENGINE_UNREACHABLE where it does not come up or does not answer
   */
  HttpResponse<InputStream> send(
      String namespace, String volume, String method, String path, BodyPublisher body) {
    Pod pod = await(namespace, volume);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base(pod) + path))
            .method(method, body)
            .header("Authorization", "Bearer " + tokens.of(namespace))
            .build();
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(volume, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(volume, "interrupted");
    }
  }

  /** The same with a text for an answer; what is not 2xx is thrown. */
  String text(String namespace, String volume, String method, String path, String body) {
    HttpResponse<InputStream> response =
        send(
            namespace,
            volume,
            method,
            path,
            body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return text(volume, response);
  }

  /** The text of an answer; what is not 2xx is thrown. */
  static String text(String volume, HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (response.statusCode() / 100 == 2) {
        return text;
      }
      throw new NaruException(
          switch (response.statusCode()) {
            case 404 -> Code.NOT_FOUND;
            case 409 -> Code.CONFLICT;
            case 422, 400 -> Code.INVALID;
            default -> Code.FAILED;
          },
          text);
    } catch (IOException e) {
      throw unreachable(volume, String.valueOf(e.getMessage()));
    }
  }

  private Pod await(String namespace, String volume) {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      Optional<Pod> pod = pod(namespace, volume);
      if (pod.isPresent()) {
        return pod.get();
      }
      if (inside || System.nanoTime() > end) {
        String why = trouble(namespace, volume);
        throw unreachable(
            volume,
            "its pod " + podName(volume) + " is not ready" + (why.isEmpty() ? "" : ": " + why));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(volume, "interrupted");
      }
    }
  }

  private String base(Pod pod) {
    if (inside) {
      String ip = pod.getStatus().getPodIP();
      return "http://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + PORT;
    }
    PodPort forward =
        forwards.compute(
            pod.getMetadata().getUid(),
            (_, before) -> PodPort.kept(before, settings.client(), pod.getMetadata(), PORT));
    return "http://127.0.0.1:" + forward.localPort();
  }

  private static NaruException unreachable(String volume, String why) {
    return new NaruException(
        Code.ENGINE_UNREACHABLE, "cannot reach the files of volume " + volume + ": " + why);
  }

  /** Makes directories where they are absent. */
  void directories(String namespace, String volume, Set<String> paths) {
    StringBuilder lines = new StringBuilder();
    paths.forEach(p -> lines.append(volume).append('/').append(p).append('\n'));
    text(namespace, volume, "POST", "/dirs", lines.toString());
  }

  @Override
  public void close() {
    forwards.values().forEach(PodPort::close);
    http.shutdownNow();
  }
}
