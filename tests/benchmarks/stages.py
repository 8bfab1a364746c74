"""Where the time of a question goes: every part of the way is timed by itself, without what it calls of the others."""

from __future__ import annotations

import functools
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

# What is timed, by module and name; a name that the code has not got is left out.
TIMED = {
    "respell": ["qa.search.spelling.respell"],
    "encode": ["qa.encode.encoder.OnnxEncoder.encode"],
    "dense": ["qa.store.dense.reader.FaissIndex.search", "qa.store.dense.reader.FaissIndex.vectors"],
    "lexical": ["qa.store.lexical.reader.TantivyIndex.search"],
    "token vectors": ["qa.store.tokens.reader.BlockTokenStore.rows", "qa.store.tokens.reader.BlockTokenStore.read"],
    "late interaction": ["qa.store.tokens.late_interaction.TokenRows.best_matches"],
    "text": [
        "qa.store.texts.reader.SqliteTextStore.kinds",
        "qa.store.texts.reader.SqliteTextStore.paragraphs",
        "qa.store.texts.reader.SqliteTextStore.context",
    ],
    "read": [
        "qa.answer.sentence_reader.SentenceReader.read",
        "qa.answer.trained_reader.TrainedReader.read",
    ],
}
REST = "rest"


class Stages:
    """Milliseconds by stage for each question; ``rest`` is what no stage claims."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self._now: dict[str, float] = {}
        self._inside: list[float] = []

    def watch(self) -> None:
        """Time everything in TIMED from now on, in all modules that use it, one after the other on one core."""
        cores = _find("qa.core_pool.CorePool")
        cores.submit_if_free = lambda *_: None
        for stage, names in TIMED.items():
            for name in names:
                owner, _, last = name.rpartition(".")
                found = _find(owner)
                if found is not None and hasattr(found, last):
                    _replace(found, last, functools.partial(self._timed, stage))

    def question(self, call: Callable[[], object]) -> None:
        """Ask one question and note how long each stage took of it."""
        self._now = dict.fromkeys((*TIMED, REST), 0.0)
        self._timed(REST, call)()
        for stage, seconds in self._now.items():
            self.taken[stage].append(seconds * 1000)

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                whole = time.perf_counter() - started
                self._now[stage] = self._now.get(stage, 0.0) + whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole

        return timed


def _find(name: str) -> Any:
    """Return the loaded module or the class in one of this name, None where there is no such."""
    if name in sys.modules:
        return sys.modules[name]
    module, _, last = name.rpartition(".")
    return getattr(sys.modules.get(module), last, None)


def _replace(owner: Any, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Wrap a method in its class, or a function in every module of ours that has it under its name."""
    original = getattr(owner, name)
    wrapped = wrap(original)
    users = [owner] if isinstance(owner, type) else [m for n, m in sys.modules.items() if n.startswith("qa.")]
    for user in users:
        if getattr(user, name, None) is original:
            setattr(user, name, wrapped)
