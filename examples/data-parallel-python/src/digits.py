"""Drawn digits: a small font, bent and smeared by chance, and the files they are kept in.

Needs no NumPy, and uses only operations that round equally everywhere: the same bytes on every machine.
"""

import random

import contract

SIDE = 10
PIXELS = SIDE * SIDE
ROW = 1 + PIXELS  # the label, then the picture line by line, a byte each
DRAWN = 18_000
SEED = 20261124
FONT = [
    ".###. #...# #..## #.#.# ##..# #...# .###.",
    "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    ".###. #...# ....# ...#. ..#.. .#... #####",
    "##### ...#. ..#.. ...#. ....# #...# .###.",
    "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "##### #.... ####. ....# ....# #...# .###.",
    "..##. .#... #.... ####. #...# #...# .###.",
    "##### ....# ...#. ..#.. .#... .#... .#...",
    ".###. #...# #...# .###. #...# #...# .###.",
    ".###. #...# #...# .#### ....# ...#. .##..",
]
GLYPHS = [[[cell == "#" for cell in line] for line in glyph.split()] for glyph in FONT]


def drawn(index):
    """Label and picture number `index`, whatever others are drawn: ROW bytes."""
    chance = random.Random(SEED * 1_000_003 + index)
    label = int(10 * chance.random())
    glyph = GLYPHS[label]
    width, height = 0.9 + 0.5 * chance.random(), 0.95 + 0.35 * chance.random()
    left, top = (SIDE - 5 * width) * chance.random(), (SIDE - 7 * height) * chance.random()
    lean = 0.5 * (chance.random() - 0.5)
    ink = 120 + 135 * chance.random()
    row = bytearray([label])
    for y in range(SIDE):
        line = (y + 0.5 - top) / height
        for x in range(SIDE):
            cell = (x + 0.5 - left) / width + lean * (line - 3.5)
            inside = 0 <= line < 7 and 0 <= cell < 5 and glyph[int(line)][int(cell)]
            shown = inside != (chance.random() < 0.02)
            row.append(int(ink * shown + (255 - ink) * 0.6 * chance.random()))
    return bytes(row)


def name(shard, shards):
    return f"digits-{shard}-of-{shards}.bin"


def prepare(output, shard, shards, count=DRAWN):
    """Writes every `shards`-th picture from `shard` on."""
    rows = b"".join(drawn(index) for index in range(shard, count, shards))
    contract.write(output / name(shard, shards), rows)


def read(folder):
    """All rows in the order of their index, however many shards wrote them: bytes."""
    files = sorted(folder.glob("digits-*-of-*.bin"))
    shards = len(files)
    expected = [folder / name(shard, shards) for shard in range(shards)]
    if not files or files != sorted(expected):
        raise contract.Stop(contract.DATA, f"{folder} does not hold the files of all shards")
    parts = [path.read_bytes() for path in expected]
    total = sum(len(part) for part in parts)
    for shard, part in enumerate(parts):
        rows = len(range(shard, total // ROW, shards))
        if len(part) != rows * ROW:
            raise contract.Stop(
                contract.DATA,
                f"{expected[shard]} must have {rows * ROW} bytes beside its {shards - 1} others, found {len(part)}",
            )
    rows = [b""] * (total // ROW)
    for shard, part in enumerate(parts):
        rows[shard::shards] = [part[at : at + ROW] for at in range(0, len(part), ROW)]
    return b"".join(rows)
