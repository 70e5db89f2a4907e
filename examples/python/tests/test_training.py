import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import customers
import serve
from tests import SOURCE

LIMIT_SECONDS = 60


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


class Attempt:
    """The ranks of one attempt as an engine starts them: processes that know their environment."""

    def __init__(self, folder, rows, ranks=2, resume_from=None):
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.model = folder / "model"
        folder.mkdir()
        port = free_port()
        self.ranks = [self.start(rank, ranks, port, rows, resume_from) for rank in range(ranks)]

    def start(self, rank, ranks, port, rows, resume_from):
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NARU_RANK": str(rank),
            "NARU_WORLD_SIZE": str(ranks),
            "NARU_COORDINATOR": f"127.0.0.1:{port}",
            "NARU_INPUT_CUSTOMERS": str(rows),
            "NARU_CHECKPOINT_DIR": str(self.checkpoints),
            "NARU_MODEL_DIR": str(self.model),
        }
        if resume_from:
            environment["NARU_RESUME_FROM"] = str(resume_from)
        with open(self.folder / f"rank-{rank}.log", "w", encoding="utf-8") as log:
            return subprocess.Popen(
                [sys.executable, "train.py"], cwd=SOURCE, env=environment, stdout=log, stderr=log
            )

    def log(self, rank):
        return (self.folder / f"rank-{rank}.log").read_text(encoding="utf-8")

    def codes(self):
        return [rank.wait(LIMIT_SECONDS) for rank in self.ranks]

    def newest_checkpoint(self):
        """Waits for one."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < deadline:
            found = list(self.checkpoints.glob("step-*"))
            if found:
                return max(found, key=lambda path: int(path.name.removeprefix("step-")))
            time.sleep(0.005)
        raise AssertionError("no checkpoint: " + self.log(0))

    def end(self):
        for rank in self.ranks:
            rank.kill()
            rank.wait(LIMIT_SECONDS)


class TrainingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.shared = Path(folder.name)
        for shard in range(2):
            customers.prepare(cls.shared / "rows", shard, 2)
        undisturbed = Attempt(cls.shared / "undisturbed", cls.shared / "rows")
        cls.addClassCleanup(undisturbed.end)
        assert undisturbed.codes() == [0, 0], undisturbed.log(0)
        cls.model = cls.files(undisturbed)

    @staticmethod
    def files(attempt):
        return {path.name: path.read_bytes() for path in attempt.model.iterdir()}

    def attempt(self, name, **options):
        attempt = Attempt(self.shared / f"{self.id()}-{name}", self.shared / "rows", **options)
        self.addCleanup(attempt.end)
        return attempt

    def test_a_killed_and_resumed_training_makes_the_same_model(self):
        first = self.attempt("first")
        newest = first.newest_checkpoint()
        first.ranks[1].kill()
        self.assertEqual([1, -signal.SIGKILL], first.codes(), first.log(0))
        self.assertFalse(first.model.exists())

        second = self.attempt("second", resume_from=newest)
        self.assertEqual([0, 0], second.codes(), second.log(0))
        self.assertEqual(self.model, self.files(second))
        step = int(newest.name.removeprefix("step-"))
        self.assertTrue(second.log(0).startswith(f'naru:progress {{"step":{step + 1},"total":400,'))

    def test_the_loss_of_rank_zero_ends_the_others(self):
        attempt = self.attempt("lost", ranks=3)
        attempt.newest_checkpoint()
        attempt.ranks[0].kill()
        self.assertEqual([-signal.SIGKILL, 1, 1], attempt.codes())
        self.assertNotIn("Traceback", attempt.log(1))

    def test_one_asked_to_stop_stops_all_at_one_step_with_a_checkpoint(self):
        first = self.attempt("first")
        first.newest_checkpoint()
        first.ranks[1].terminate()
        self.assertEqual([143, 143], first.codes(), first.log(0))
        second = self.attempt("second", resume_from=first.newest_checkpoint())
        self.assertEqual([0, 0], second.codes(), second.log(0))
        self.assertEqual(self.model, self.files(second))

    def test_the_served_weights_are_those_of_this_training(self):
        trained = self.shared / "undisturbed" / "model" / "model.json"
        for served, made in zip(serve.load(), serve.load(trained), strict=True):
            self.assertAlmostEqual(served, made, places=9)
