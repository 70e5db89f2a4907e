"""Training: gradient descent with momentum, the gradient summed over the ranks."""

import json
import os
from pathlib import Path

import checkpoints
import contract
import customers
import gang
import regression

STEPS = 400
RATE = 0.4
MOMENTUM = 0.9
CHECKPOINT_EVERY = 25
PROGRESS_EVERY = 10


class Training:
    def __init__(self, team, rows, interruption):
        self.team = team
        self.interruption = interruption
        train, held_out = customers.split(rows)
        self.mine = [
            (regression.scaled(features), label)
            for number, (_, features, label) in enumerate(train)
            if number % team.ranks == team.rank
        ]
        self.held_out = [(regression.scaled(features), label) for _, features, label in held_out]
        self.checkpoints = os.environ.get("NARU_CHECKPOINT_DIR")
        self.step = 0
        self.weights = [0.0] * regression.SIZE
        self.velocity = [0.0] * regression.SIZE

    def resume(self, path):
        self.step, state = checkpoints.read(path, ["weights", "velocity"])
        self.weights, self.velocity = state["weights"], state["velocity"]

    def run(self):
        """To the last step; all ranks stop at one step when any was asked to."""
        begun = self.step
        while self.step < STEPS:
            stop = self.advance()
            if stop or self.step % CHECKPOINT_EVERY == 0:
                self.save()
            if stop:
                raise contract.Stop(contract.INTERRUPTED, f"asked to stop, saved step {self.step}")
            if self.team.rank == 0 and (self.step % PROGRESS_EVERY == 0 or self.step == begun + 1):
                contract.progress(self.step, STEPS, self.metrics())

    def advance(self):
        """One step; tells whether any rank was asked to stop."""
        asked = 1.0 if self.interruption.asked else 0.0
        *slope, count, stop = self.team.sum(regression.gradient(self.weights, self.mine) + [asked])
        for i, value in enumerate(slope):
            self.velocity[i] = MOMENTUM * self.velocity[i] - RATE * value / count
            self.weights[i] += self.velocity[i]
        self.step += 1
        return stop > 0

    def save(self):
        if self.team.rank == 0 and self.checkpoints:
            state = {"weights": self.weights, "velocity": self.velocity}
            checkpoints.write(Path(self.checkpoints), self.step, state)

    def metrics(self):
        scores = [regression.score(self.weights, inputs) for inputs, _ in self.held_out]
        labels = [label for _, label in self.held_out]
        return {
            "auc": round(regression.auc(scores, labels), 6),
            "logloss": round(regression.logloss(scores, labels), 6),
        }

    def publish(self, folder):
        """The model, once every rank has made the last step."""
        self.team.sum([0.0])
        if self.team.rank == 0:
            model = {"columns": customers.COLUMNS, "scale": customers.SCALE, "weights": self.weights}
            contract.write(folder / "metrics.json", json.dumps(self.metrics()) + "\n")
            contract.write(folder / "model.json", json.dumps(model) + "\n")


def work():
    interruption = contract.Interruption().install()
    rank, ranks = contract.part("NARU_RANK", "NARU_WORLD_SIZE")
    model_folder = contract.folder("NARU_MODEL_DIR")
    rows = customers.read(contract.folder("NARU_INPUT_CUSTOMERS"))
    team = gang.join(rank, ranks, interruption)
    try:
        training = Training(team, rows, interruption)
        if os.environ.get("NARU_RESUME_FROM"):
            training.resume(os.environ["NARU_RESUME_FROM"])
        training.run()
        training.publish(model_folder)
    finally:
        team.close()


if __name__ == "__main__":
    contract.main("train", work)
