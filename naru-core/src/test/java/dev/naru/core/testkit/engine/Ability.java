package dev.naru.core.testkit.engine;

/** What an engine may lack by its nature; its bench gives the reason, which the table shows. */
public enum Ability {
  /** Members have connections at all. */
  CONNECTIONS,
  /** Undeclared connections are impossible. */
  DENIED_LINKS,
  /** What is an input cannot be written. */
  READ_ONLY_INPUTS,
  /** The values of secrets are hidden in logs. */
  HIDDEN_VALUES,
  /** Members see no files of the machine. */
  OWN_FILES,
  /** Members make links in volumes. */
  LINKED_FILES,
  /** Lines of both streams keep their order, however quickly they come. */
  ORDER_OF_STREAMS,
  /** Of the shards of a Preparation those are started that are named, and no others. */
  NAMED_SHARDS,
  /** The other ranks of a gang run on when one has ended, until somebody ends them. */
  LONE_ENDS,
  /** A replica of a service that ended by itself is not started again by the engine. */
  ENDED_REPLICAS,
  /** An end is told within a second. */
  PROMPT_ENDS
}
