"""Inference: a web server of its own that reads digits.

`GET /ready` answers 200; `POST /score` with `{"picture": ["..###.....", …]}`, ten lines of ten where
`#` is ink and `.` is none, answers `{"digit": 7, "chance": 0.98}`. The weights are those of
`model.json` beside this file, which a training of this example made.
"""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import contract
import digits

LONGEST_BODY = 64 * 1024
MODEL = Path(__file__).with_name("model.json")
INK, PAPER = 220, 10


class Refused(Exception):
    """A request that cannot be answered, with the status to say so."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def picture(body):
    """The bytes of the picture that a request brings."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise Refused(400, f"the body is not JSON: {error}") from error
    lines = asked.get("picture") if isinstance(asked, dict) and len(asked) == 1 else None
    if not isinstance(lines, list) or len(lines) != digits.SIDE or not all(map(_is_line, lines)):
        side = digits.SIDE
        raise Refused(400, f'expected {{"picture": […]}} with {side} texts of {side} characters, each # or .')
    return bytes(INK if cell == "#" else PAPER for line in lines for cell in line)


def _is_line(line):
    return isinstance(line, str) and len(line) == digits.SIDE and set(line) <= {"#", "."}


class Reader:
    """The trained network."""

    def __init__(self, path=MODEL):
        import numpy  # here, so that what a request must be can be tested without NumPy

        import network

        self._network = network
        try:
            model = json.loads(path.read_text(encoding="utf-8"))
            self._weights = numpy.array(model["weights"], dtype=numpy.float64)
            shape = (model["pixels"], model["hidden"])
            if shape != network.SHAPES[0] or self._weights.shape != (network.SIZE,):
                raise ValueError("other shapes")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise contract.Stop(
                contract.DATA, f"{path} is not a model of this program: {error}"
            ) from error

    def read(self, pixels):
        found = self._network.chances(self._weights, self._network.inputs([list(pixels)]))[0]
        return {"digit": int(found.argmax()), "chance": round(float(found.max()), 4)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    reader = None

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
            self.answer(200, self.reader.read(picture(body)))
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
    Handler.reader = Reader()
    with Server((address(), port), Handler) as server:
        # shutdown() waits for serve_forever(), so it may not be called in its thread.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.1)
    raise contract.Stop(contract.INTERRUPTED, "asked to stop")


if __name__ == "__main__":
    contract.main("serve", work)
