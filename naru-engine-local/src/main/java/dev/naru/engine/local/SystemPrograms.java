package dev.naru.engine.local;

import dev.naru.core.engine.Program;
import dev.naru.spec.Resources;
import java.nio.file.Path;
import java.util.List;

/** How Naru's own programs are started on this machine; the server knows its own class path. */
public interface SystemPrograms {
  /**
   * The whole command line of a model server.
   *
   * @param model the directory with the model's files
   * @param port where it listens, on 127.0.0.1; also in {@code NARU_PORT}
   * @param resources what the replica reserves; its memory is a cap where the machine can cap
   */
  List<String> modelServer(Program.ModelServer program, Path model, int port, Resources resources);

  /**
   * The whole command line of the gateway.
   *
   * @param resources what the replica reserves
   */
  List<String> gateway(Program.Gateway program, Resources resources);
}
