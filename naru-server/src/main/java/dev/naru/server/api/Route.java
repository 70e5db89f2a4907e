package dev.naru.server.api;

/**
 * A method and path of the API.
 *
 * @param method {@code GET} or {@code POST}
 * @param path with {@code {names}} for its parameters
 * @param endpoint what answers
 */
record Route(String method, String path, Endpoint endpoint) {
  /** Answers a call. */
  @FunctionalInterface
  interface Endpoint {
    void answer(Call call) throws Exception;
  }

  static Route get(String path, Endpoint endpoint) {
    return new Route("GET", path, endpoint);
  }

  static Route post(String path, Endpoint endpoint) {
    return new Route("POST", path, endpoint);
  }
}
