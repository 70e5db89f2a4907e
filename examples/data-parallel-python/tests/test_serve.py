"""The server as a process. Needs NumPy."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from tests import ROOT, SOURCE, free_port, need_numpy

need_numpy()

import contract
import serve

SAMPLE = (ROOT / "requests" / "seven.json").read_bytes()


class ReaderTest(unittest.TestCase):
    def test_another_model_is_a_data_error(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            for content in ("", "[]", '{"pixels": 100, "hidden": 40, "weights": [1, 2]}'):
                path.write_text(content)
                with self.assertRaises(contract.Stop) as caught:
                    serve.Reader(path)
                self.assertEqual(65, caught.exception.code)


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "NARU_PORT": str(self.port),
        }
        self.server = subprocess.Popen(
            [sys.executable, "serve.py"], cwd=SOURCE, env=environment, stderr=subprocess.DEVNULL
        )
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.assertEqual((200, {"ready": True}), self.ask("/ready"))
                return
            except urllib.error.URLError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def ask(self, path, body=None):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, 10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def announce(self, length):
        """The status when a body of this length is announced and not yet sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest("POST", "/score")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        return connection.getresponse().status

    def test_reads_a_digit_and_ends_with_143(self):
        status, answer = self.ask("/score", SAMPLE)
        self.assertEqual((200, 7), (status, answer["digit"]))
        self.assertGreater(answer["chance"], 0.9)
        self.assertEqual(400, self.ask("/score", b"{}")[0])
        self.assertEqual(404, self.ask("/other", b"{}")[0])
        self.assertEqual(413, self.announce(100_000))
        self.server.terminate()
        self.assertEqual(143, self.server.wait(10))
