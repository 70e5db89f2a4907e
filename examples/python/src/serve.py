"""Inference: a web server of its own that scores customers.

`GET /ready` answers 200; `POST /score` with `{"visits": 3, …}` answers `{"score": 0.7}`. The weights
are those of `model.json` beside this file, which a training of this example made.
"""

import json
import math
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import contract
import regression

LONGEST_BODY = 64 * 1024
MODEL = Path(__file__).with_name("model.json")


class Refused(Exception):
    """A request that cannot be answered, with the status to say so."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def load(path=MODEL):
    try:
        model = json.loads(path.read_text(encoding="utf-8"))
        if model["columns"] == regression.COLUMNS and len(model["weights"]) == regression.SIZE:
            return model["weights"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise contract.Stop(contract.DATA, f"{path} is not a model of this program")


def score(weights, body):
    """Score of one customer given as JSON; every column must be there, and no other."""
    try:
        row = json.loads(body)
    except ValueError as error:
        raise Refused(400, f"the body is not JSON: {error}") from error
    if not isinstance(row, dict) or sorted(row) != sorted(regression.COLUMNS):
        raise Refused(400, "expected an object with " + ", ".join(regression.COLUMNS))
    return regression.score(weights, regression.scaled([number(row, c) for c in regression.COLUMNS]))


def number(row, column):
    value = row[column]
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:
        pass  # a whole number that no float can hold
    raise Refused(400, f"{column} must be a number")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    weights = []

    def do_GET(self):
        if self.path == "/ready":
            self.answer(200, {"ready": True})
        else:
            self.answer(404, {"error": "there are GET /ready and POST /score"})

    def do_POST(self):
        try:
            body = self.body()
            if self.path != "/score":
                raise Refused(404, "there are GET /ready and POST /score")
            self.answer(200, {"score": score(self.weights, body)})
        except Refused as refused:
            self.answer(refused.status, {"error": str(refused)})

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LONGEST_BODY:
            self.close_connection = True  # what follows cannot be told from the next request
            raise Refused(413 if length.isdigit() else 411, f"a body of at most {LONGEST_BODY} bytes")
        return self.rfile.read(int(length))

    def answer(self, status, content):
        body = (json.dumps(content) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # one line a request would fill the log


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def address():
    """Every interface inside a container, where only links reach it; else this machine alone."""
    contained = "KUBERNETES_SERVICE_HOST" in os.environ or Path("/.dockerenv").exists()
    return "0.0.0.0" if contained else "127.0.0.1"


def work():
    port = contract.number("NARU_PORT", os.environ.get("PORT") or 8000, 1, 65535)
    Handler.weights = load()
    with Server((address(), port), Handler) as server:
        # shutdown() waits for serve_forever(), so it may not be called in its thread.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.1)
    raise contract.Stop(contract.INTERRUPTED, "asked to stop")


if __name__ == "__main__":
    contract.main("serve", work)
