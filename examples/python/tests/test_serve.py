import http.client
import json
import os
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import serve
from tests import SOURCE
from tests.test_training import free_port

SAMPLE = (Path(__file__).parent.parent / "requests" / "churn.json").read_bytes()


class ScoreTest(unittest.TestCase):
    def refuses(self, body, message):
        with self.assertRaises(serve.Refused) as caught:
            serve.score([0.0] * 5, body)
        self.assertEqual((400, message), (caught.exception.status, str(caught.exception)))

    def test_a_row_has_every_column_as_a_number(self):
        self.assertEqual(0.5, serve.score([0.0] * 5, SAMPLE))
        self.refuses(b"[]", "expected an object with visits, minutes, complaints, months")
        for wrong in ("true", '"3"', "NaN", "null", "1" + "0" * 400):
            body = f'{{"visits": {wrong}, "minutes": 1, "complaints": 1, "months": 1}}'
            self.refuses(body.encode(), "visits must be a number")


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
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

    def test_scores_a_customer_and_ends_with_143(self):
        status, answer = self.ask("/score", SAMPLE)
        self.assertEqual(200, status)
        self.assertGreater(answer["score"], 0.9)
        self.assertEqual(400, self.ask("/score", b"{}")[0])
        self.assertEqual(404, self.ask("/other", b"{}")[0])
        self.assertEqual(413, self.announce(100_000))
        self.server.terminate()
        self.assertEqual(143, self.server.wait(10))
