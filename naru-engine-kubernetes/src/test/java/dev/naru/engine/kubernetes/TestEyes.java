package dev.naru.engine.kubernetes;

import dev.naru.core.testkit.engine.EngineBench;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** An {@link Eye} for each volume, in the pod beside it, for as long as that pod is there. */
final class TestEyes implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final KubernetesClient client;
  private final String classPath;
  private final Map<String, Open> open = new TreeMap<>();

  TestEyes(KubernetesClient client, String classPath) {
    this.client = client;
    this.classPath = classPath;
  }

  private record Open(String pod, ExecWatch exec, BufferedReader out) {}

  /** The answer to a line; waits for the pod beside the volume. */
  synchronized String ask(String volume, String line) {
    try {
      Open eye = eye(volume);
      eye.exec().getInput().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      eye.exec().getInput().flush();
      String answer = eye.out().readLine();
      if (answer == null) {
        open.remove(volume);
        throw new AssertionError("the eye of volume " + volume + " is closed: " + line);
      }
      return answer;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Open eye(String volume) throws InterruptedException {
    Pod pod = pod(volume);
    Open before = open.get(volume);
    if (before != null && before.pod().equals(pod.getMetadata().getUid())) {
      return before;
    }
    if (before != null) {
      before.exec().close();
    }
    ExecWatch exec =
        client
            .pods()
            .resource(pod)
            .inContainer("main")
            .redirectingInput()
            .redirectingOutput()
            .writingError(new ByteArrayOutputStream())
            .exec(
                "/jre/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx16m",
                "-cp",
                classPath,
                Eye.class.getName());
    Open made =
        new Open(
            pod.getMetadata().getUid(),
            exec,
            new BufferedReader(new InputStreamReader(exec.getOutput(), StandardCharsets.UTF_8)));
    open.put(volume, made);
    return made;
  }

  private Pod pod(String volume) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    String name = "naru-files-" + volume;
    while (System.nanoTime() < end) {
      Pod pod = client.pods().inNamespace(EngineBench.PROJECT).withName(name).get();
      if (pod != null
          && pod.getMetadata().getDeletionTimestamp() == null
          && pod.getStatus().getContainerStatuses().stream().anyMatch(c -> c.getReady())) {
        return pod;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("pod " + name + " does not come up");
  }

  @Override
  public void close() {
    open.values().forEach(o -> o.exec().close());
  }
}
