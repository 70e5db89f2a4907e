/** Decisions about Inferences: revisions, replicas, autoscaling. */
@NullMarked
package dev.naru.core.serve;

import org.jspecify.annotations.NullMarked;
