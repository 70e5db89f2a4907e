"""Checkpoints: folders `step-N` that hold the state after N steps; complete or absent."""

import io
import os
import re
import shutil
from pathlib import Path

import numpy

import contract

STATE = "state.npy"


def write(folder, step, state):
    """Keeps a matrix of 64-bit floats, every bit of it."""
    target = folder / f"step-{step}"
    if target.exists():
        return
    hidden = folder / f".step-{step}.tmp"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    content = io.BytesIO()
    numpy.save(content, state, allow_pickle=False)
    contract.write(hidden / STATE, content.getvalue())
    os.rename(hidden, target)
    contract.sync(folder)


def read(path, shape):
    """Step and state of the checkpoint that the engine chose."""
    path = Path(path)
    named = re.fullmatch(r"step-(\d{1,9})", path.name)
    try:
        state = numpy.load(path / STATE, allow_pickle=False)
        if not named or state.shape != shape or state.dtype != numpy.float64:
            raise ValueError("not of this training")
    except (OSError, ValueError, EOFError) as error:
        raise contract.Stop(
            contract.DATA, f"NARU_RESUME_FROM is not a checkpoint 'step-N': {path}: {error}"
        ) from error
    return int(named[1]), state
