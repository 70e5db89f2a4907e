/** The durable facts of one workload: one object, written by compare-and-set. */
@NullMarked
package dev.naru.core.state;

import org.jspecify.annotations.NullMarked;
