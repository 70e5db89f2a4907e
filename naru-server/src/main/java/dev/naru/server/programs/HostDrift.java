package dev.naru.server.programs;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Judgement;
import dev.naru.image.Drift;
import dev.naru.image.Lock;
import dev.naru.image.LockedImage;
import dev.naru.spec.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where plain processes would run on something else than a project's lock names: they have the
 * host's own runtime and libraries.
 */
public final class HostDrift {
  private HostDrift() {}

  /**
   * What differs on this host, one line an image; empty without a lock.
   *
   * @param folder of the project's file
   */
  public static List<Judgement> of(List<Image> images, Path folder) {
    Optional<Lock> lock = Lock.read(folder);
    List<Judgement> said = new ArrayList<>();
    for (Image image : images) {
      Optional<LockedImage> locked = lock.flatMap(l -> l.image(image.name()));
      if (lock.isEmpty() || image.spec().ref().isPresent()) {
        continue;
      }
      List<String> drifts = new ArrayList<>(Drift.ofFile(image, folder, lock.get()));
      locked.ifPresent(l -> drifts.addAll(ofHost(l)));
      if (!drifts.isEmpty()) {
        said.add(
            new Judgement(
                Judgement.Level.DOWNGRADED,
                image.ref(),
                Lock.FILE,
                "engine process runs on this host, not on what is locked: "
                    + String.join("; ", drifts)));
      }
    }
    return said;
  }

  private static List<String> ofHost(LockedImage locked) {
    try {
      return Drift.ofHost(locked, Path.of(System.getProperty("java.home")));
    } catch (NaruException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
