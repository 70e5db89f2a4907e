/** The shape that all decisions share: state, actions and events from facts. */
@NullMarked
package dev.naru.core.decide;

import org.jspecify.annotations.NullMarked;
