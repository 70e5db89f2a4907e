"""Run with `python3 -m unittest` in the folder above."""

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"

# The source folder is the image: tests leave nothing in it.
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE))
