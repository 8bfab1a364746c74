"""A build on a running cluster whose process ends without a word after some parts: ADDRESS FOLDER INDEX STAGE."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from qa.cluster.building import partition
from qa.cluster.building.build import build_cluster
from qa.cluster.building.on_ray import connected
from qa.cluster.building.shared_store import SharedStore
from tests.cluster.building.articles import PART_FILES
from tests.fakes import FakeEncoder


def die_in(last: str, stage: str, done: int, total: int) -> None:
    if stage == last and done > total / 2:
        os._exit(9)


if __name__ == "__main__":
    partition.PART_FILES = PART_FILES
    address, folder, index, last = sys.argv[1:]
    with connected(address) as runner:
        build_cluster(
            Path(folder),
            SharedStore(index),
            runner,
            FakeEncoder,
            lambda stage, done, total: die_in(last, stage, done, total),
            shards=3,
        )
