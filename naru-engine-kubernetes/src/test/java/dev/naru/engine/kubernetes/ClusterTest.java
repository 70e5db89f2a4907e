package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {
  private static final String GOOD =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "https://127.0.0.1:PORT"}}]
      users: [{name: u, user: {token: x}}]
      contexts: [{name: a, context: {cluster: c, user: u}}]
      current-context: a
      """;

  @TempDir private Path folder;

  private Cluster cluster(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("config"), text);
    return Cluster.of(Map.of("KUBECONFIG", file.toString()), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hello: [ | it is no kubeconfig (while parsing a flow node
          just text | it is no kubeconfig
          '' | it is empty
          current-context: a%current-context: | it has no current context; kubectl config use-context NAME sets it, to one of: a
          current-context: a%current-context: z | it has no current context
          cluster: c,%cluster: d, | its context 'a' is about the cluster 'd', which it does not have
          user: u}%user: v} | its context 'a' is about the user 'v', which it does not have
          """)
  void aKubeconfigThatCannotBeUsedIsSaidSo(String change, String words) throws IOException {
    String[] parts = change.split("%", 2);
    Cluster cluster = cluster(parts.length == 2 ? GOOD.replace(parts[0], parts[1]) : change);
    assertThatThrownBy(cluster::namespace)
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code().exitCode()).isEqualTo(2))
        .hasMessageStartingWith("cannot use the kubeconfig " + folder)
        .hasMessageContaining(words);
  }

  @Test
  void aContextWithoutANamespaceIsAboutDefault() throws IOException {
    assertThat(cluster(GOOD).namespace()).isEqualTo("default");
    assertThat(cluster(GOOD).address()).isEqualTo(folder.resolve("config") + "#a");
  }

  @Test
  void severalFilesAreRefusedRatherThanAllButOneIgnored() {
    assertThatThrownBy(() -> Cluster.of(Map.of("KUBECONFIG", "/a:/b"), Optional.empty()))
        .hasMessageContaining("expected one file, found several; kubectl config view --flatten");
  }

  @Test
  void noKubeconfigAtAllIsSaidSo() {
    assertThatThrownBy(() -> Cluster.of(Map.of("HOME", folder.toString()), Optional.empty()))
        .hasMessage(
            "cannot find a cluster: there is neither KUBECONFIG nor "
                + folder
                + "/.kube/config; set KUBECONFIG to a kubeconfig");
    assertThatThrownBy(() -> Cluster.of(Map.of("KUBECONFIG", "/nothing"), Optional.empty()))
        .hasMessageContaining("cannot read the kubeconfig /nothing");
  }

  @Test
  void aServerThatIsAwayIsUnreachableAtOnce() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Cluster cluster = cluster(GOOD.replace("PORT", Integer.toString(port)));
    assertThatThrownBy(cluster::check)
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code().exitCode()).isEqualTo(4))
        .hasMessageContaining("cannot reach the cluster https://127.0.0.1:" + port)
        .hasMessageContaining("the API server refuses connections");
  }
}
