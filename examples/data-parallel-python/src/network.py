"""A network of one hidden layer that reads digits: scores, gradients and how good it is.

All parameters are one vector, so that it is summed, saved and resumed as one piece.
"""

import random

import numpy

from digits import PIXELS

HIDDEN = 40
CLASSES = 10
SHAPES = [(PIXELS, HIDDEN), (1, HIDDEN), (HIDDEN, CLASSES), (1, CLASSES)]
SIZES = [rows * columns for rows, columns in SHAPES]
SIZE = sum(SIZES)
SEED = 7


def layers(parameters):
    """The parts of the vector, as views in their shapes."""
    ends = numpy.cumsum(SIZES)
    return [
        parameters[end - size : end].reshape(shape) for end, size, shape in zip(ends, SIZES, SHAPES)
    ]


def initial():
    """Small random weights and no bias. Python's generator, for its numbers never change."""
    chance = random.Random(SEED)
    parameters = numpy.zeros(SIZE)
    for layer, (rows, columns) in zip(layers(parameters), SHAPES):
        if rows > 1:
            spread = (6 / (rows + columns)) ** 0.5
            layer[:] = [[spread * (2 * chance.random() - 1) for _ in range(columns)] for _ in range(rows)]
    return parameters


def inputs(pictures):
    """Pictures of bytes, as `[count, PIXELS]`, to numbers about 0."""
    return (numpy.asarray(pictures, dtype=numpy.float64) - 80.0) / 80.0


def chances(parameters, pictures):
    """How likely each picture is each digit: `[count, CLASSES]`."""
    return _forward(parameters, pictures)[1]


def _forward(parameters, pictures):
    first, first_bias, second, second_bias = layers(parameters)
    hidden = numpy.maximum(pictures @ first + first_bias, 0.0)
    scores = hidden @ second + second_bias
    powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def gradient(parameters, pictures, labels):
    """Sum over the pictures of the slope of the log loss: a vector like the parameters."""
    hidden, error = _forward(parameters, pictures)
    error[numpy.arange(len(labels)), labels] -= 1.0
    second = layers(parameters)[2]
    back = (error @ second.T) * (hidden > 0)
    slopes = [pictures.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
    return numpy.concatenate([slope.ravel() for slope in slopes])


def quality(parameters, pictures, labels):
    """Share of the pictures that are read right, and the mean log loss."""
    found = chances(parameters, pictures)
    right = found[numpy.arange(len(labels)), labels]
    return {
        "accuracy": round(float((found.argmax(axis=1) == labels).mean()), 6),
        "logloss": round(float(-numpy.log(numpy.maximum(right, 1e-12)).mean()), 6),
    }
