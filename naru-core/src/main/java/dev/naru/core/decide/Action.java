package dev.naru.core.decide;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Question;
import java.time.Duration;

/**
 * What is to be done after the state that decided it is written. Every action may be done twice.
 */
public sealed interface Action {
  /**
   * Make exactly these members be there.
   *
   * @param group as the engine shall have it
   */
  record Apply(Group group) implements Action {}

  /**
   * Stop all members and forget the group.
   *
   * @param group which
   * @param grace time from SIGTERM to SIGKILL; zero kills at once
   */
  record Remove(GroupId group, Duration grace) implements Action {}

  /**
   * Find out; the decision is taken again with the answer.
   *
   * @param question what
   */
  record Ask(Question question) implements Action {}
}
