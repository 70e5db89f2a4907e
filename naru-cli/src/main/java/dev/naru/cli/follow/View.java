package dev.naru.cli.follow;

import dev.naru.cli.talk.Status;

/** Where progress is shown. */
public interface View {
  /** A workload has changed, or is seen for the first time. */
  void show(Status status);

  /** Called about four times a second. */
  void tick();

  /** A line that stays, between what is live. */
  void say(String line);

  /** No more changes come; what is shown stays. */
  void end();
}
