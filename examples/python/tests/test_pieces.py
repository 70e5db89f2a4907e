import json
import math
import os
import random
import tempfile
import unittest
from pathlib import Path

import checkpoints
import contract
import customers
import regression


class ContractTest(unittest.TestCase):
    def setUp(self):
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        os.environ.clear()

    def stops(self, code, message, call):
        with self.assertRaises(contract.Stop) as caught:
            call()
        self.assertEqual((code, message), (caught.exception.code, str(caught.exception)))

    def test_an_empty_environment_is_a_lone_process(self):
        self.assertEqual((0, 1), contract.part("NARU_RANK", "NARU_WORLD_SIZE"))

    def test_what_is_wrong_is_said_with_its_bounds(self):
        os.environ |= {"NARU_RANK": "2", "NARU_WORLD_SIZE": "2"}
        self.stops(
            64,
            "NARU_RANK must be a whole number from 0 to 1, found '2'",
            lambda: contract.part("NARU_RANK", "NARU_WORLD_SIZE"),
        )
        self.stops(64, "NARU_OUTPUT is not set", lambda: contract.folder("NARU_OUTPUT"))

    def test_a_coordinator_is_host_and_port(self):
        os.environ["NARU_COORDINATOR"] = "[::1]:4000"
        self.assertEqual(("::1", 4000), contract.coordinator())
        os.environ["NARU_COORDINATOR"] = "nowhere"
        self.stops(
            64, "NARU_COORDINATOR must be host:port, found 'nowhere'", contract.coordinator
        )


class FilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_any_number_of_shards_makes_the_same_rows(self):
        customers.prepare(self.folder / "one", 0, 1, count=50)
        for shard in range(3):
            customers.prepare(self.folder / "three", shard, 3, count=50)
        rows = customers.read(self.folder / "one")
        self.assertEqual(rows, customers.read(self.folder / "three"))
        self.assertEqual(list(range(50)), [index for index, _, _ in rows])

    def test_a_customer_is_the_same_on_every_machine(self):
        self.assertEqual([([13.3, 16.6, 0.0, 37.0], 1)], [customers.customer(7)])

    def test_a_missing_shard_is_a_data_error(self):
        customers.prepare(self.folder, 0, 2, count=50)
        with self.assertRaises(contract.Stop) as caught:
            customers.read(self.folder)
        self.assertEqual(65, caught.exception.code)

    def test_held_out_rows_do_not_train(self):
        customers.prepare(self.folder, 0, 1, count=50)
        train, held_out = customers.split(customers.read(self.folder))
        self.assertEqual((40, 10), (len(train), len(held_out)))
        self.assertFalse({row[0] for row in train} & {row[0] for row in held_out})

    def test_a_checkpoint_keeps_every_bit(self):
        chance = random.Random(1)
        state = {"weights": [chance.random() * 10.0**e for e in range(-300, 300, 7)]}
        checkpoints.write(self.folder, 25, state)
        self.assertEqual((25, state), checkpoints.read(self.folder / "step-25", ["weights"]))
        self.assertEqual(["step-25"], os.listdir(self.folder))

    def test_a_checkpoint_left_half_written_is_made_anew(self):
        (self.folder / ".step-25.tmp").mkdir()
        (self.folder / ".step-25.tmp" / "left").write_text("of a killed rank")
        checkpoints.write(self.folder, 25, {"weights": [1.0]})
        self.assertEqual(["state.json"], os.listdir(self.folder / "step-25"))

    def test_what_is_not_a_checkpoint_is_a_data_error(self):
        checkpoints.write(self.folder, 25, {"weights": [1.0]})
        (self.folder / "last").mkdir()
        for path, keys in (("step-26", ["weights"]), ("last", ["weights"]), ("step-25", ["other"])):
            with self.assertRaises(contract.Stop) as caught:
                checkpoints.read(self.folder / path, keys)
            self.assertEqual(65, caught.exception.code)


class RegressionTest(unittest.TestCase):
    def test_the_gradient_is_the_slope_of_the_loss(self):
        chance = random.Random(2)
        rows = [
            (regression.scaled(features), label)
            for features, label in (customers.customer(index) for index in range(30))
        ]
        weights = [chance.uniform(-1, 1) for _ in range(regression.SIZE)]

        def loss(at):
            scores = [regression.score(at, inputs) for inputs, _ in rows]
            return regression.logloss(scores, [label for _, label in rows]) * len(rows)

        *slope, count = regression.gradient(weights, rows)
        self.assertEqual(30.0, count)
        for column, expected in enumerate(slope):
            nearby = list(weights)
            nearby[column] += 1e-6
            self.assertAlmostEqual(expected, (loss(nearby) - loss(weights)) / 1e-6, places=3)

    def test_the_area_equals_its_definition_with_ties(self):
        chance = random.Random(3)
        for _ in range(50):
            labels = [0, 1] + [int(chance.random() < 0.4) for _ in range(20)]
            scores = [chance.randrange(8) / 8 for _ in labels]
            won = [
                (a > b) + (a == b) / 2
                for a, positive in zip(scores, labels) if positive
                for b, other in zip(scores, labels) if not other
            ]
            self.assertAlmostEqual(sum(won) / len(won), regression.auc(scores, labels))

    def test_one_label_alone_has_no_area(self):
        self.assertTrue(math.isnan(regression.auc([0.5, 0.6], [1, 1])))


class SampleTest(unittest.TestCase):
    def test_the_sample_request_names_every_column(self):
        sample = Path(__file__).parent.parent / "requests" / "churn.json"
        self.assertEqual(sorted(customers.COLUMNS), sorted(json.loads(sample.read_text())))
