"""Logistic regression: scores, gradients and how good they are."""

import math

from customers import COLUMNS, SCALE

SIZE = len(COLUMNS) + 1  # a weight for each column, and the bias


def scaled(features):
    return [(value - mean) / spread for value, (mean, spread) in zip(features, SCALE)] + [1.0]


def score(weights, inputs):
    """Probability of leaving; `inputs` as `scaled` makes them."""
    margin = 0.0
    for weight, value in zip(weights, inputs):
        margin += weight * value
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, margin))))


def gradient(weights, rows):
    """Sum over the rows of the slope of the log loss, and the number of rows."""
    slope = [0.0] * SIZE
    for inputs, label in rows:
        error = score(weights, inputs) - label
        for column, value in enumerate(inputs):
            slope[column] += error * value
    return slope + [float(len(rows))]


def auc(scores, labels):
    """Chance that a leaver scores above a stayer, equal scores counting half."""
    area = positives = negatives = 0
    pairs = sorted(zip(scores, labels), reverse=True)
    start = 0
    while start < len(pairs):
        end = start
        while end < len(pairs) and pairs[end][0] == pairs[start][0]:
            end += 1
        gained = sum(label for _, label in pairs[start:end])
        area += (end - start - gained) * (positives + gained / 2)
        positives += gained
        negatives += end - start - gained
        start = end
    return area / (positives * negatives) if positives and negatives else math.nan


def logloss(scores, labels):
    return -sum(math.log(s if label else 1 - s) for s, label in zip(scores, labels)) / len(labels)
