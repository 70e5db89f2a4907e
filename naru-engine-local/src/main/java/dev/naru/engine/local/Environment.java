package dev.naru.engine.local;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.MemberEnv;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The environment of a replica. Nothing is inherited but the path and the time zone. */
final class Environment {
  private Environment() {}

  /**
   * All variables.
   *
   * @param host the environment of this process
   * @param runtime what the runtime needs
   */
  static Map<String, String> of(
      GroupFile file,
      MemberDir dir,
      Layout layout,
      Map<String, String> host,
      Map<String, String> runtime) {
    Map<String, String> env = new TreeMap<>();
    env.put("PATH", host.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    env.put("LANG", "C.UTF-8");
    if (host.containsKey("TZ")) {
      env.put("TZ", host.get("TZ"));
    }
    env.put("HOME", dir.tmp().toString());
    env.putAll(runtime);
    env.putAll(
        MemberEnv.of(
            file.group(),
            dir.member(),
            "127.0.0.1",
            file.coordinator(),
            Optional.ofNullable(file.ports().get(dir.member()))));
    for (Dir d : file.group().template().dirs()) {
      env.put(d.env(), layout.place(d.location()).toString());
    }
    env.put("TMPDIR", dir.tmp().toString());
    return env;
  }
}
