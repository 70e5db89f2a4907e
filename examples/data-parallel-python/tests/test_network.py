"""The network, the ring and the checkpoints: what needs NumPy but no other process."""

import socket
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import need_numpy

need_numpy()

import numpy

import checkpoints
import contract
import digits
import network
from ring import Ring


class NetworkTest(unittest.TestCase):
    def setUp(self):
        rows = numpy.frombuffer(b"".join(map(digits.drawn, range(12))), dtype=numpy.uint8)
        rows = rows.reshape(-1, digits.ROW)
        self.pictures, self.labels = network.inputs(rows[:, 1:]), rows[:, 0].astype(int)
        self.parameters = network.initial()

    def test_the_gradient_is_the_slope_of_the_loss(self):
        def loss(parameters):
            found = network.chances(parameters, self.pictures)
            return -numpy.log(found[numpy.arange(12), self.labels]).sum()

        slope = network.gradient(self.parameters, self.pictures, self.labels)
        self.assertEqual((network.SIZE,), slope.shape)
        for at in range(0, network.SIZE, 41):
            step = numpy.zeros(network.SIZE)
            step[at] = 1e-6
            measured = (loss(self.parameters + step) - loss(self.parameters - step)) / 2e-6
            self.assertAlmostEqual(measured, slope[at], places=4)

    def test_chances_are_chances(self):
        found = network.chances(self.parameters, self.pictures)
        self.assertTrue(numpy.allclose(1.0, found.sum(axis=1)) and (found >= 0).all())

    def test_quality_counts_what_is_read_right(self):
        found = network.chances(self.parameters, self.pictures).argmax(axis=1)
        self.assertEqual(1.0, network.quality(self.parameters, self.pictures, found)["accuracy"])
        wrong = (found + 1) % 10
        self.assertEqual(0.0, network.quality(self.parameters, self.pictures, wrong)["accuracy"])


class RingTest(unittest.TestCase):
    def rings(self, ranks):
        pairs = [socket.socketpair() for _ in range(ranks)]  # rank r sends into pair r
        rings = [Ring(r, ranks, pairs[r][0], pairs[r - 1][1]) for r in range(ranks)]
        for ring in rings:
            self.addCleanup(ring.close)
        return rings

    def sums(self, vectors):
        rings = self.rings(len(vectors))
        with ThreadPoolExecutor(len(vectors)) as pool:
            return list(pool.map(lambda ring: ring.sum(vectors[ring.rank]), rings))

    def test_all_ranks_have_the_same_bits_of_the_sum(self):
        chance = numpy.random.default_rng(1)
        for ranks in (2, 3, 4):
            for size in (1, 2, 7, 200_000):  # also larger than the buffers of a socket
                vectors = [chance.standard_normal(size) * 10.0 ** (3 * r) for r in range(ranks)]
                sums = self.sums(vectors)
                self.assertEqual(1, len({total.tobytes() for total in sums}))
                self.assertTrue(numpy.allclose(sum(vectors), sums[0]))
                again = self.sums(vectors)
                self.assertEqual(sums[0].tobytes(), again[0].tobytes())

    def test_one_alone_has_its_own_sum(self):
        vector = numpy.arange(5.0)
        total = Ring(0, 1, None, None).sum(vector)
        self.assertTrue((vector == total).all())
        self.assertIsNot(vector, total)

    def test_a_lost_rank_ends_the_sum(self):
        rings = self.rings(3)
        rings[1].close()
        with ThreadPoolExecutor(2) as pool:
            # As a process does, the first that ends takes its sockets with it.
            def sum_and_end(ring):
                try:
                    ring.sum([1.0, 2.0, 3.0])
                finally:
                    ring.close()

            for future in [pool.submit(sum_and_end, ring) for ring in (rings[0], rings[2])]:
                self.assertIsInstance(future.exception(20), OSError)


class CheckpointsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.state = numpy.random.default_rng(2).standard_normal((2, 9)) * 1e-300

    def test_a_checkpoint_keeps_every_bit(self):
        checkpoints.write(self.folder, 25, self.state)
        step, state = checkpoints.read(self.folder / "step-25", (2, 9))
        self.assertEqual((25, self.state.tobytes()), (step, state.tobytes()))
        self.assertEqual(["step-25"], [path.name for path in self.folder.iterdir()])

    def test_a_checkpoint_left_half_written_is_made_anew(self):
        (self.folder / ".step-25.tmp").mkdir()
        (self.folder / ".step-25.tmp" / "left").write_text("of a killed rank")
        checkpoints.write(self.folder, 25, self.state)
        self.assertEqual(["state.npy"], [p.name for p in (self.folder / "step-25").iterdir()])

    def test_what_is_not_a_checkpoint_is_a_data_error(self):
        checkpoints.write(self.folder, 25, self.state)
        checkpoints.write(self.folder, 26, self.state.astype(numpy.float32))
        for cut in (0, 40, 200):
            folder = self.folder / f"step-{100 + cut}"
            folder.mkdir()
            content = (self.folder / "step-25" / "state.npy").read_bytes()
            (folder / "state.npy").write_bytes(content[:cut])
        (self.folder / "last").mkdir()
        for name in ("step-27", "step-26", "last", "step-100", "step-140", "step-300"):
            with self.subTest(name), self.assertRaises(contract.Stop) as caught:
                checkpoints.read(self.folder / name, (2, 9))
            self.assertEqual(65, caught.exception.code)
        with self.assertRaises(contract.Stop):
            checkpoints.read(self.folder / "step-25", (2, 10))
