"""Counts to a number, a checkpoint every ten steps; asked to stop it ends with 0, unfinished.

usage: steady.py STEPS SECONDS_A_STEP
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def write(folder, name, text):
    """Complete or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f".{name}"
    making.write_text(text)
    os.rename(making, folder / name)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    steps, pause = int(sys.argv[1]), float(sys.argv[2])
    rank = int(os.environ["NARU_RANK"])
    resume = os.environ.get("NARU_RESUME_FROM")
    step = json.loads((Path(resume) / "state.json").read_text())["step"] if resume else 0
    while step < steps:
        time.sleep(pause)
        step += 1
        if rank == 0:
            if step % 10 == 0:
                made = Path(os.environ["NARU_CHECKPOINT_DIR"]) / f".step-{step}"
                write(made, "state.json", json.dumps({"step": step}))
                os.rename(made, made.with_name(f"step-{step}"))
            print("naru:progress " + json.dumps({"step": step, "total": steps}), flush=True)
    if rank == 0:
        write(Path(os.environ["NARU_MODEL_DIR"]), "model.json", json.dumps({"steps": step}))


main()
