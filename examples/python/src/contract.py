"""What an engine gives a workload: environment variables in, exit codes and progress lines out."""

import json
import os
import signal
import sys
from pathlib import Path

FAILED, USAGE, DATA, INTERRUPTED = 1, 64, 65, 143


class Stop(Exception):
    """Ends the program with one line on stderr and an exit code of sysexits.h."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def required(name):
    value = os.environ.get(name)
    if not value:
        raise Stop(USAGE, f"{name} is not set")
    return value


def number(name, absent, least, most):
    """A whole number within bounds; `absent` when the variable is not set."""
    text = os.environ.get(name) or str(absent)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Stop(USAGE, f"{name} must be a whole number from {least} to {most}, found '{text}'")
    return int(text)


def part(name, total):
    """This process's part of a whole, such as rank of world size: `(part, parts)`, `(0, 1)` alone."""
    parts = number(total, 1, 1, 1000)
    return number(name, 0, 0, parts - 1), parts


def coordinator():
    """Host and port where rank 0 listens."""
    host, colon, port = required("NARU_COORDINATOR").rpartition(":")
    if not colon or not host or not port.isdigit():
        raise Stop(USAGE, f"NARU_COORDINATOR must be host:port, found '{host}{colon}{port}'")
    return host.strip("[]"), int(port)


def progress(step, total, metrics):
    line = {"step": step, "total": total, "metrics": metrics}
    print("naru:progress " + json.dumps(line, separators=(",", ":")), flush=True)


def write(path, content):
    """Writes a file that is complete or absent: hidden name, sync, rename. A text becomes UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.tmp")
    with open(hidden, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(hidden, path)
    sync(path.parent)


def sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Interruption:
    """SIGTERM as a question that the work answers at its next safe point."""

    def __init__(self):
        self.asked = False

    def install(self):
        signal.signal(signal.SIGTERM, self._ask)
        return self

    def _ask(self, _signal, _frame):
        self.asked = True


def main(program, work):
    """Runs `work()` and ends the process with its exit code."""
    try:
        work()
    except Stop as stop:
        print(f"{program}: {stop}", file=sys.stderr)
        sys.exit(stop.code)
    except OSError as error:
        print(f"{program}: {error}", file=sys.stderr)
        sys.exit(FAILED)


def folder(name):
    return Path(required(name))
