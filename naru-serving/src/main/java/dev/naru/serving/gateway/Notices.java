package dev.naru.serving.gateway;

import java.util.ArrayList;
import java.util.List;

/** Numbers the noteworthy moments and wakes those who wait for the next one. On the loop. */
final class Notices {
  private long sequence;
  private List<Runnable> waiting = new ArrayList<>();

  /** The number of the last noteworthy moment; 0 before the first. */
  long sequence() {
    return sequence;
  }

  void happened() {
    sequence++;
    List<Runnable> wake = waiting;
    waiting = new ArrayList<>();
    wake.forEach(Runnable::run);
  }

  /** Runs {@code then} at the next moment, once. */
  void await(Runnable then) {
    waiting.add(then);
  }

  void forget(Runnable then) {
    waiting.remove(then);
  }
}
