"""Training: gradient descent with momentum; each rank takes its part of every batch."""

import json
import os
from pathlib import Path

import numpy

import checkpoints
import contract
import digits
import network
import rendezvous
from ring import Ring

STEPS = 3000
BATCH = 480  # pictures a step, over all ranks
RATE = 0.08
MOMENTUM = 0.9
CHECKPOINT_EVERY = 200
PROGRESS_EVERY = 50
HELD_OUT = 6  # every sixth picture
DECIMALS = 4  # of the model's weights


class Training:
    def __init__(self, ring, rows, interruption):
        self.ring = ring
        self.interruption = interruption
        rows = numpy.frombuffer(rows, dtype=numpy.uint8).reshape(-1, digits.ROW)
        held_out = numpy.arange(len(rows)) % HELD_OUT == 0
        self.pictures, self.labels = split(rows[~held_out])
        self.asked_pictures, self.asked_labels = split(rows[held_out])
        self.checkpoints = os.environ.get("NARU_CHECKPOINT_DIR")
        self.step = 0
        self.parameters = network.initial()
        self.velocity = numpy.zeros(network.SIZE)

    def resume(self, path):
        self.step, state = checkpoints.read(path, (2, network.SIZE))
        self.parameters, self.velocity = state

    def run(self):
        """To the last step; all ranks stop at one step when any was asked to."""
        begun = self.step
        while self.step < STEPS:
            stop = self.advance()
            if stop or self.step % CHECKPOINT_EVERY == 0:
                self.save()
            if stop:
                self.ring.sum([0.0])  # none ends before it is saved: an end ends the others
                raise contract.Stop(contract.INTERRUPTED, f"asked to stop, saved step {self.step}")
            if self.ring.rank == 0 and (self.step % PROGRESS_EVERY == 0 or self.step == begun + 1):
                contract.progress(self.step, STEPS, self.metrics(self.parameters))

    def advance(self):
        """One step; tells whether any rank was asked to stop."""
        first = self.step * BATCH + self.ring.rank
        mine = numpy.arange(first, (self.step + 1) * BATCH, self.ring.ranks) % len(self.labels)
        slope = network.gradient(self.parameters, self.pictures[mine], self.labels[mine])
        total = self.ring.sum(numpy.append(slope, float(self.interruption.asked)))
        rate = RATE * (1 - self.step / STEPS)
        self.velocity = MOMENTUM * self.velocity - rate / BATCH * total[:-1]
        self.parameters = self.parameters + self.velocity
        self.step += 1
        return total[-1] > 0

    def save(self):
        if self.ring.rank == 0 and self.checkpoints:
            state = numpy.stack([self.parameters, self.velocity])
            checkpoints.write(Path(self.checkpoints), self.step, state)

    def metrics(self, parameters):
        return network.quality(parameters, self.asked_pictures, self.asked_labels)

    def publish(self, folder):
        """The model, once every rank has made the last step. Its metrics are of what is published."""
        self.ring.sum([0.0])
        if self.ring.rank == 0:
            weights = self.parameters.round(DECIMALS) + 0.0  # no -0.0
            model = {"pixels": digits.PIXELS, "hidden": network.HIDDEN, "weights": weights.tolist()}
            contract.write(folder / "metrics.json", json.dumps(self.metrics(weights)) + "\n")
            contract.write(folder / "model.json", json.dumps(model) + "\n")


def split(rows):
    return network.inputs(rows[:, 1:]), rows[:, 0].astype(numpy.intp)


def work():
    interruption = contract.Interruption().install()
    rank, ranks = contract.part("NARU_RANK", "NARU_WORLD_SIZE")
    model_folder = contract.folder("NARU_MODEL_DIR")
    rows = digits.read(contract.folder("NARU_INPUT_DIGITS"))
    ring = Ring(rank, ranks, *rendezvous.ring(rank, ranks, interruption))
    try:
        training = Training(ring, rows, interruption)
        if os.environ.get("NARU_RESUME_FROM"):
            training.resume(os.environ["NARU_RESUME_FROM"])
        training.run()
        training.publish(model_folder)
    finally:
        ring.close()


if __name__ == "__main__":
    contract.main("train", work)
