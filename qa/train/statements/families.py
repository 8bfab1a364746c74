"""All statements of the training folder as the families that the training takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from qa.train.dataset.pairs import UNKNOWN, Family, Pair
from qa.train.dataset.prepare import DATA_SEED
from qa.train.dataset.sources import read_sources
from qa.train.statements.human import read_statements
from qa.train.statements.made import make_statements
from qa.train.statements.statement import Statement, is_kept_aside


def read_statement_families(folder: Path) -> list[Family]:
    """Return the families of the folder, the same ones each time; raises PairsMissing."""
    chance = np.random.default_rng(DATA_SEED)
    statements = [*read_statements(folder), *make_statements(read_sources(folder, chance).given, chance)]
    return list(join_statements(statements))


def join_statements(statements: Iterable[Statement]) -> Iterator[Family]:
    """Yield the statements about each premise as a family of pairs: a statement stands where a question would."""
    together: dict[str, list[Pair]] = {}
    for one in statements:
        if not is_kept_aside(one.premise):
            pair = Pair(one.text, one.premise, UNKNOWN, int(one.supported), (), one.kind, one.source, "")
            together.setdefault(one.premise, []).append(pair)
    for premise, pairs in together.items():
        yield Family(tuple(pairs), False, premise)
