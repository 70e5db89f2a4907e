package dev.naru.server.api;

import dev.naru.core.route.Gateway;
import dev.naru.core.store.Store;
import java.nio.file.Path;
import java.time.Clock;

/** Makes the control loop of a server; {@code dev.naru.server.loop} has the one. */
@FunctionalInterface
public interface ControlFactory {
  /**
   * Starts a loop; it observes what runs, adopts it, and goes on until it is closed.
   *
   * @throws dev.naru.core.NaruException where it cannot begin
   */
  Control start(Parts parts);

  /**
   * What a loop is made from.
   *
   * @param engine what this home's projects run on: {@code process} or {@code docker}
   * @param home the folder of the home, absolute
   * @param ports where API, gateway and the gateway's admin listen
   * @param store open; closed by the server after the loop
   * @param gateway a client to the gateway's admin port
   * @param clock the time
   * @param stop ends the server for good, so that its parent does not start it again; returns at
   *     once
   */
  record Parts(
      String engine,
      Path home,
      Ports ports,
      Store store,
      Gateway gateway,
      Clock clock,
      Runnable stop) {}
}
