package dev.naru.serving.gateway;

/** EndpointSlices as an API server writes them. */
final class SliceJson {
  private SliceJson() {}

  /** One of revision 1 of the Inference {@code fraud} in namespace {@code finance}. */
  static String slice(String name, int port, String... endpoints) {
    return slice(name, "fraud", 1, "v2", port, endpoints);
  }

  static String slice(
      String name, String inference, int revision, String protocol, int port, String... endpoints) {
    return """
    {"metadata":{"name":"%s","namespace":"finance","resourceVersion":"7","labels":{
      "app.kubernetes.io/managed-by":"naru","naru.dev/kind":"inference","naru.dev/name":"%s",
      "naru.dev/run":"%d","naru.dev/protocol":"%s","kubernetes.io/service-name":"%s"}},
     "addressType":"IPv4","endpoints":[%s],"ports":[{"name":"http","port":%d,"protocol":"TCP"}]}
    """
        .formatted(name, inference, revision, protocol, name, String.join(",", endpoints), port)
        .replace("\n", "");
  }

  static String endpoint(String pod, boolean serving, boolean terminating) {
    return endpoint(pod, "127.0.0.1", serving, terminating);
  }

  static String endpoint(String pod, String address, boolean serving, boolean terminating) {
    return """
    {"addresses":["%s"],"conditions":{"ready":%s,"serving":%s,"terminating":%s},
     "nodeName":"n1","targetRef":{"kind":"Pod","namespace":"finance","name":"%s","uid":"u"}}\
    """
        .formatted(address, serving && !terminating, serving, terminating, pod);
  }
}
