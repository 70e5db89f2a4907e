"""Preparation: each shard draws its digits."""

import contract
import digits


def work():
    shard, shards = contract.part("NARU_SHARD", "NARU_SHARDS")
    digits.prepare(contract.folder("NARU_OUTPUT"), shard, shards)


if __name__ == "__main__":
    contract.main("prepare", work)
