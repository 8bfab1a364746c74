"""How a collection is: asked as it should be, or why not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Literal

import msgspec

from qa.errors import CollectionUnavailable, IndexCorrupt, IndexMissing, QAError
from qa.records import IndexInfo
from qa.settings import Settings
from qa.store.snapshot import open_snapshot

State = Literal["ready", "folder missing", "not indexed", "damaged", "unavailable"]

# The states in which a collection answers.
ASKED = {"ready", "folder missing"}
# For people; the name of a file of this machine is in none of them.
REASONS: dict[State, str] = {
    "folder missing": "Its folder is not there; the index answers as it is.",
    "not indexed": "It has no index.",
    "damaged": "Its index is damaged.",
    "unavailable": "Its index cannot be read.",
}


class CollectionState(msgspec.Struct, frozen=True):
    """A collection: its name (null where one folder has none), its folder, and whether it can be asked.

    One that is "ready" or has its "folder missing" can be asked; ``reason`` says why another cannot. ``articles``
    counts those of the index.
    """

    name: str | None
    folder: str
    state: State
    articles: int | None = None
    reason: str | None = None


def read_state(settings: Settings, read_info: Callable[[], IndexInfo]) -> CollectionState:
    """Return the state of the collection of these settings; read_info returns what its index holds, or raises."""
    articles: int | None = None
    try:
        articles = read_info().articles
        state: State = "ready" if settings.articles.is_dir() else "folder missing"
    except QAError as error:
        state = state_of(error.__cause__ if isinstance(error, CollectionUnavailable) else error)
    return CollectionState(settings.collection, str(settings.articles), state, articles, REASONS.get(state))


def stored_info(settings: Settings) -> IndexInfo:
    """Return what the index of these settings holds; it is opened for a moment, and checked."""
    with closing(open_snapshot(settings.index, None, collection=settings.collection)) as snapshot:
        return snapshot.info


def state_of(error: BaseException | None) -> State:
    """Return the state of a collection whose index raised this error when it was opened."""
    if isinstance(error, IndexMissing):
        return "not indexed"
    return "damaged" if isinstance(error, IndexCorrupt) else "unavailable"


def unavailable(name: str, error: QAError) -> CollectionUnavailable:
    """Return the error that says that a collection cannot be asked, in words for everybody.

    >>> str(unavailable("news", IndexCorrupt("/srv/qa/index/current is empty.")))
    "The collection 'news' cannot be asked. Its index is damaged."
    """
    return CollectionUnavailable(f"The collection {name!r} cannot be asked. {REASONS[state_of(error)]}")
