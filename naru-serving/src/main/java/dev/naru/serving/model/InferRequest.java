package dev.naru.serving.model;

import org.jspecify.annotations.Nullable;

/**
 * What was asked, as the model needs it.
 *
 * @param id to be repeated in the answer, or null
 * @param rows how many rows
 * @param values by row, then by column in the model's order; NaN is missing
 */
@SuppressWarnings("ArrayRecordComponent") // Built for one request and read once.
record InferRequest(@Nullable String id, int rows, float[] values) {}
