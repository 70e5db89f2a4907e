"""Run with `python3 -m unittest` in the folder above. What needs NumPy says so where there is none."""

import importlib.util
import socket
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

# The source folder is the image: tests leave nothing in it.
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE))


def need_numpy():
    """Skips the module that calls it where there is no NumPy."""
    if importlib.util.find_spec("numpy") is None:
        raise unittest.SkipTest("needs NumPy: pip install --require-hashes -r requirements.lock")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
