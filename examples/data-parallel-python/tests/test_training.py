"""Real ranks, really killed. Needs NumPy."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from tests import SOURCE, free_port, need_numpy

need_numpy()

import digits
import serve

LIMIT_SECONDS = 60


class Attempt:
    """The ranks of one attempt as an engine starts them: processes that know their environment."""

    def __init__(self, folder, rows, ranks=3, resume_from=None):
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
            "OPENBLAS_NUM_THREADS": "1",
            "NARU_RUN": "digits-1",
            "NARU_ATTEMPT": "1",
            "NARU_RANK": str(rank),
            "NARU_WORLD_SIZE": str(ranks),
            "NARU_COORDINATOR": f"127.0.0.1:{port}",
            "NARU_INPUT_DIGITS": str(rows),
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

    def result(self):
        """Files of the model, and the unrounded state at the end."""
        files = {path.name: path.read_bytes() for path in self.model.iterdir()}
        return files | {"state": (self.newest_checkpoint() / "state.npy").read_bytes()}


class TrainingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.shared = Path(folder.name)
        for shard in range(2):
            digits.prepare(cls.shared / "rows", shard, 2)
        undisturbed = Attempt(cls.shared / "undisturbed", cls.shared / "rows")
        cls.addClassCleanup(undisturbed.end)
        assert undisturbed.codes() == [0, 0, 0], undisturbed.log(0)
        cls.expected = undisturbed.result()

    def attempt(self, name, **options):
        attempt = Attempt(self.shared / f"{self.id()}-{name}", self.shared / "rows", **options)
        self.addCleanup(attempt.end)
        return attempt

    def resumed_makes_the_same(self, newest):
        second = self.attempt("second", resume_from=newest)
        self.assertEqual([0, 0, 0], second.codes(), second.log(0))
        self.assertEqual(self.expected, second.result())
        step = int(newest.name.removeprefix("step-"))
        first_line = f'naru:progress {{"step":{step + 1},"total":3000,'
        self.assertTrue(second.log(0).startswith(first_line), second.log(0))

    def test_a_killed_and_resumed_training_makes_the_same_bits(self):
        first = self.attempt("first")
        first.newest_checkpoint()
        first.ranks[1].kill()
        self.assertEqual([1, -signal.SIGKILL, 1], first.codes(), first.log(0))
        self.assertFalse(first.model.exists())
        self.assertIn("a rank is lost", first.log(2))
        self.resumed_makes_the_same(first.newest_checkpoint())

    def test_the_loss_of_rank_zero_ends_the_others_at_once(self):
        attempt = self.attempt("lost", ranks=4)
        attempt.newest_checkpoint()
        begun = time.monotonic()
        attempt.ranks[0].kill()
        self.assertEqual([-signal.SIGKILL, 1, 1, 1], attempt.codes())
        self.assertLess(time.monotonic() - begun, 30, "the others waited for a limit")
        self.assertNotIn("Traceback", attempt.log(1))

    def test_one_asked_to_stop_stops_all_at_one_step_with_a_checkpoint(self):
        first = self.attempt("first")
        first.newest_checkpoint()
        first.ranks[2].terminate()
        self.assertEqual([143, 143, 143], first.codes(), first.log(0))
        self.resumed_makes_the_same(first.newest_checkpoint())

    def test_the_served_weights_are_those_of_this_training(self):
        trained = serve.Reader(self.shared / "undisturbed" / "model" / "model.json")
        served = serve.Reader()
        for index in range(100):
            pixels = digits.drawn(index)[1:]
            self.assertEqual(trained.read(pixels)["digit"], served.read(pixels)["digit"])
            self.assertAlmostEqual(trained.read(pixels)["chance"], served.read(pixels)["chance"], 2)
