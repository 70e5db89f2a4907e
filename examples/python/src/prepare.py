"""Preparation: each shard writes its customers."""

import contract
import customers


def work():
    shard, shards = contract.part("NARU_SHARD", "NARU_SHARDS")
    customers.prepare(contract.folder("NARU_OUTPUT"), shard, shards)


if __name__ == "__main__":
    contract.main("prepare", work)
