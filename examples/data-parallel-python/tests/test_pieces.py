"""What needs no NumPy."""

import hashlib
import json
import os
import tempfile
import unittest
from pathlib import Path

import contract
import digits
import serve
from tests import ROOT, SOURCE


class DigitsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_any_number_of_shards_makes_the_same_rows(self):
        digits.prepare(self.folder / "one", 0, 1, count=50)
        for shard in range(3):
            digits.prepare(self.folder / "three", shard, 3, count=50)
        rows = digits.read(self.folder / "one")
        self.assertEqual(50 * digits.ROW, len(rows))
        self.assertEqual(rows, digits.read(self.folder / "three"))

    def test_a_digit_is_the_same_on_every_machine(self):
        rows = b"".join(map(digits.drawn, range(100)))
        self.assertEqual("358a171fa9e0247b875bdefe0da460892c027555682a91c4c026ba9c25c6405e", hashlib.sha256(rows).hexdigest())

    def test_every_digit_is_drawn(self):
        self.assertEqual(set(range(10)), {digits.drawn(index)[0] for index in range(200)})

    def test_a_missing_shard_and_a_cut_one_are_data_errors(self):
        digits.prepare(self.folder, 0, 2, count=50)
        with self.assertRaises(contract.Stop) as missing:
            digits.read(self.folder)
        self.assertEqual(65, missing.exception.code)
        digits.prepare(self.folder, 1, 2, count=50)
        path = self.folder / digits.name(1, 2)
        path.write_bytes(path.read_bytes()[:-1])
        with self.assertRaises(contract.Stop) as cut:
            digits.read(self.folder)
        self.assertEqual(65, cut.exception.code)
        self.assertIn("2524", str(cut.exception))


class ContractTest(unittest.TestCase):
    def test_the_contract_is_that_of_the_other_example(self):
        other = ROOT.parent / "python" / "src" / "contract.py"
        self.assertEqual(other.read_text(), (SOURCE / "contract.py").read_text())

    def test_a_file_of_bytes_is_complete_or_absent(self):
        with tempfile.TemporaryDirectory() as folder:
            contract.write(Path(folder) / "new" / "file", b"\x00\xff")
            self.assertEqual(["file"], os.listdir(Path(folder) / "new"))
            self.assertEqual(b"\x00\xff", (Path(folder) / "new" / "file").read_bytes())


class PictureTest(unittest.TestCase):
    def test_ink_and_paper_are_bytes(self):
        lines = ["#........." if y == 0 else "." * 10 for y in range(10)]
        pixels = serve.picture(json.dumps({"picture": lines}).encode())
        self.assertEqual(bytes([serve.INK] + [serve.PAPER] * 99), pixels)

    def test_the_sample_request_is_a_picture(self):
        self.assertEqual(100, len(serve.picture((ROOT / "requests" / "seven.json").read_bytes())))

    def test_anything_else_is_refused_with_what_was_expected(self):
        good = ["." * 10] * 10
        wrong = [[], {}, {"picture": good[1:]}, {"picture": [7] * 10}, {"picture": ["x" * 10] * 10}]
        wrong += [{"picture": good, "more": 1}, {"picture": ["." * 9] + good[1:]}, {"picture": "." * 10}]
        for body in wrong:
            with self.assertRaises(serve.Refused) as refused:
                serve.picture(json.dumps(body).encode())
            self.assertEqual(400, refused.exception.status)
            self.assertIn("10 texts of 10 characters", str(refused.exception))
        with self.assertRaises(serve.Refused) as refused:
            serve.picture(b"\xff")
        self.assertIn("not JSON", str(refused.exception))
