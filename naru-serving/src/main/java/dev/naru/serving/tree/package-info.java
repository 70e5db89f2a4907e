/** Reads XGBoost tree models and evaluates them, bit by bit as XGBoost's CPU predictor does. */
@NullMarked
package dev.naru.serving.tree;

import org.jspecify.annotations.NullMarked;
