"""Cuts the index of one machine into shards, as an index that a cluster serves.

    python -m qa.cluster INDEX INTO --shards 3

INDEX stays as it is; INTO gets a copy of its encoder and a cluster generation, which is switched to in one step.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from qa.cluster.cut import cut_generation
from qa.cluster.parts import even_cuts
from qa.errors import QAError
from qa.store.folder.encoder_copy import copy_encoder
from qa.store.folder.layout import encoder_folder
from qa.store.folder.locks import writer_lock
from qa.store.snapshot import open_snapshot


def main(arguments: list[str]) -> int:
    """Cut the index and print the shards."""
    parser = argparse.ArgumentParser(prog="python -m qa.cluster", description="Cut an index into shards.")
    parser.add_argument("index", type=Path, help="folder of the index of one machine")
    parser.add_argument("into", type=Path, help="folder of the index of the cluster")
    parser.add_argument("--shards", type=int, default=3, help="shards of equal size (%(default)s)")
    given = parser.parse_args(arguments)
    try:
        with closing(open_snapshot(given.index, None)) as snapshot, writer_lock(given.into):
            if not encoder_folder(given.into).exists():
                copy_encoder(given.index, given.into)
            cuts = even_cuts(snapshot.article_of, snapshot.manifest.articles, given.shards)
            manifest = cut_generation(snapshot, given.into, cuts)
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        return error.exit_code
    for one in manifest.shards:
        print(f"{one.name}: {one.articles} articles, {one.paragraphs} paragraphs, {one.first_id} to {one.last_id}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
