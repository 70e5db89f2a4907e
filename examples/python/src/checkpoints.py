"""Checkpoints: folders `step-N` that hold the state after N steps; complete or absent."""

import json
import os
import re
import shutil
from pathlib import Path

import contract

STATE = "state.json"


def write(folder, step, state):
    """Floats are written in the shortest form that reads back to the same bits."""
    target = folder / f"step-{step}"
    if target.exists():
        return
    hidden = folder / f".step-{step}.tmp"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    contract.write(hidden / STATE, json.dumps(state) + "\n")
    os.rename(hidden, target)
    contract.sync(folder)


def read(path, keys):
    """Step and state of the checkpoint that the engine chose."""
    path = Path(path)
    named = re.fullmatch(r"step-(\d{1,9})", path.name)
    try:
        state = json.loads((path / STATE).read_text(encoding="utf-8"))
        if not named or sorted(state) != sorted(keys):
            raise ValueError("not of this training")
    except (OSError, ValueError, TypeError) as error:
        raise contract.Stop(
            contract.DATA, f"NARU_RESUME_FROM is not a checkpoint 'step-N': {path}: {error}"
        ) from error
    return int(named[1]), state
