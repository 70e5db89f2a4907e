"""Made-up customers: who they are, whether they left, and the files they are kept in."""

import json
import math
import random

import contract

COLUMNS = ["visits", "minutes", "complaints", "months"]
# Mean and spread of each column, so that the weights of the model are of one size.
SCALE = [(12.0, 5.0), (20.0, 8.0), (1.0, 1.0), (24.0, 12.0)]
CUSTOMERS = 6000
SEED = 20261101
HELD_OUT = 5  # every fifth customer


def bell(chance):
    """Roughly normal by adding uniforms: the same bits on every machine, unlike a logarithm.

    Added one by one, because `sum` of floats rounds differently since Python 3.12.
    """
    total = -6.0
    for _ in range(12):
        total += chance.random()
    return total


def customer(index):
    """Features and label of one customer, whatever other customers are drawn."""
    chance = random.Random(SEED * 1_000_003 + index)
    visits = max(0.0, round(12 + 5 * bell(chance), 1))
    minutes = max(1.0, round(20 + 8 * bell(chance), 1))
    complaints = float(int(3 * chance.random() ** 2 + 0.4))
    months = float(1 + int(47 * chance.random()))
    leaning = 0.4 - 0.22 * (visits - 12) - 0.06 * (minutes - 20) + 1.1 * complaints - 0.05 * months
    left = chance.random() < 1 / (1 + math.exp(-leaning))
    return [visits, minutes, complaints, months], int(left)


def name(shard, shards):
    return f"customers-{shard}-of-{shards}.json"


def prepare(output, shard, shards, count=CUSTOMERS):
    rows = []
    for index in range(shard, count, shards):
        features, left = customer(index)
        rows.append({"index": index, "features": features, "left": left})
    text = ",\n".join(json.dumps(row) for row in rows)
    contract.write(output / name(shard, shards), f'{{"columns": {json.dumps(COLUMNS)}, "rows": [\n{text}\n]}}\n')


def read(folder):
    """All rows as `(index, features, label)`, in the order of the index, however many shards."""
    files = sorted(folder.glob("customers-*-of-*.json"))
    shards = len(files)
    expected = sorted(folder / name(shard, shards) for shard in range(shards))
    if not files or files != expected:
        raise contract.Stop(contract.DATA, f"{folder} does not hold the files of all shards")
    rows = []
    for file in files:
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["columns"] != COLUMNS:
                raise ValueError("other columns")
            rows += [(row["index"], row["features"], row["left"]) for row in content["rows"]]
        except (ValueError, KeyError, TypeError) as error:
            raise contract.Stop(contract.DATA, f"{file} is not a file of customers: {error}") from error
    return sorted(rows)


def split(rows):
    """Training rows and held-out rows."""
    return (
        [row for row in rows if row[0] % HELD_OUT != 0],
        [row for row in rows if row[0] % HELD_OUT == 0],
    )
